// The table of connections.
#pragma once

#include "lib/ref.h"
#include "net/platform.h"
#include "net/vsock/engine.h"

namespace net {

class VsockConnection;
class VsockLink;

// An element of a bucket's list.
struct VsockFlow {
    explicit VsockFlow(const VsockKey& k) : key(k) {}
    const VsockKey key;

  private:
    friend class VsockTable;
    VsockFlow* chain_ = nullptr;
    bool in_table_ = false;  // both guarded by the table's lock
};

// A hash table. The cost of a lookup is constant up to a few times kBuckets connections.
// - Thread context. The lock is held only briefly, except by at() and any_of().
class VsockTable {
  public:
    VsockTable() : multiplier_(platform::random() | 1) {}

    // Inserts c; the table adds a reference. AddrInUse: the connection exists.
    Result<> insert(VsockConnection& c) EXCLUDES(lock_);
    // True: the caller now owns the table's reference. False: c is not in the table.
    [[nodiscard]] bool remove(VsockConnection& c) EXCLUDES(lock_);
    Ref<VsockConnection> find(const VsockKey& key) EXCLUDES(lock_);

    // Any connection over `link`; null: there is none.
    Ref<VsockConnection> any_of(const VsockLink& link) EXCLUDES(lock_);
    // The index-th connection, in any order; null past the last. For netstat.
    Ref<VsockConnection> at(usize index) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 512;
    VsockFlow*& bucket(const VsockKey& key) REQUIRES(lock_);
    template <class F>
    VsockConnection* first_locked(F matches) REQUIRES(lock_);

    platform::Lock lock_{LockRank::ConnectionTable, "vsock table"};
    const u64 multiplier_;  // secret: a peer cannot fill one chosen bucket
    VsockFlow* buckets_[kBuckets] GUARDED_BY(lock_) = {};
};

}  // namespace net
