// The table of connections.
#pragma once

#include <span>

#include "lib/ref.h"
#include "net/core/growing_hash.h"
#include "net/vsock/engine.h"

namespace net {

class VsockConnection;
class VsockLink;

// An element of the table.
struct VsockFlow {
    explicit VsockFlow(const VsockKey& k) : key(k) {}
    const VsockKey key;

  private:
    friend class VsockTable;
    VsockFlow* chain_ = nullptr;
    bool in_table_ = false;  // both guarded by the table's lock
};

// A hash table. The cost of a lookup does not depend on the number of connections.
// - Thread context. The lock is held only briefly.
class VsockTable {
    using Flows = GrowingHash<VsockFlow, &VsockFlow::chain_>;

  public:
    VsockTable() : multiplier_(platform::random() | 1) {}

    // Inserts c; the table adds a reference. AddrInUse: the connection exists.
    Result<> insert(VsockConnection& c) EXCLUDES(lock_);
    // True: the caller now owns the table's reference. False: c is not in the table.
    [[nodiscard]] bool remove(VsockConnection& c) EXCLUDES(lock_);
    Ref<VsockConnection> find(const VsockKey& key) EXCLUDES(lock_);

    // Fills an empty array, as EndpointTable::list does with sockets.
    using Listed = Ref<VsockConnection>;
    using Place = Flows::Place;
    usize list(Place& from, std::span<Listed> room) EXCLUDES(lock_);

    usize longest_chain() EXCLUDES(lock_);  // for tests

  private:
    u64 hash_of(const VsockKey& key) const;
    VsockFlow* find_locked(const VsockKey& key) REQUIRES(lock_);
    void grow() EXCLUDES(lock_);

    platform::Lock lock_{LockRank::ConnectionTable, "vsock table"};
    const u64 multiplier_;  // secret: a peer cannot fill one chosen bucket
    Flows flows_ GUARDED_BY(lock_);
};

}  // namespace net
