// TcpPressure: selects connections to reset or prune when memory is short or there are too many orphans.
//
//  orphans: closed by their program. Above most_orphans, the oldest is reset. (The budget of the send buffers
//  limits their memory; kOrphanRetries and kOrphanTimeout in engine.h end those that make no progress.)
//
//  stalled: the peer accepts none of their data. When a writer finds no mbuf, the one stalled for the longest
//  time is reset, if that time is long enough. Orphans are reset first.
//
//  holes: they hold data out of order. When there is no mbuf for data in order, the connection with the
//  oldest hole drops these data (RFC 2018 section 8), if the hole is old enough.
//
// Each list is sorted by age, oldest first. RFC 6429 allows the reset of stalled connections: an ACK of a
// window probe shows that the peer is alive, not that its program will ever read.
#pragma once

#include "lib/list.h"
#include "lib/ref.h"
#include "net/platform.h"

namespace net {

class TcpConnection;

// The list nodes in a connection. Guarded by the lock of TcpPressure, except `in`.
struct TcpOrphanTag;
struct TcpStalledTag;
struct TcpHoleTag;
struct TcpPressureLinks : ListNode<TcpConnection, TcpOrphanTag>,
                          ListNode<TcpConnection, TcpStalledTag>,
                          ListNode<TcpConnection, TcpHoleTag> {
    enum : u8 { kOrphan = 1, kStalled = 2, kHole = 4 };
    u8 in = 0;  // the lists it is in; guarded by the connection's lock
    Instant stalled_since{}, hole_since{};
};

// - Thread context. Call update() with the connection's lock held, the others with no connection's lock.
class TcpPressure {
  public:
    // Long enough to ignore short interruptions of the path.
    static constexpr Duration kOrphanStall = seconds(5), kStall = seconds(60), kHoleAge = seconds(1);

    explicit TcpPressure(u32 most_orphans) : most_orphans_(most_orphans) {}

    // Puts c into these lists and removes it from the others. True: c is a new orphan and there are too many.
    [[nodiscard]] bool update(TcpConnection& c, u8 lists, Instant now) EXCLUDES(lock_);

    // Resets the oldest orphans until there are at most most_orphans().
    void relieve_orphans(Instant now) EXCLUDES(lock_);
    // Resets the connection stalled for the longest time, orphans first. False: none is stalled long enough.
    bool relieve_senders(Instant now) EXCLUDES(lock_);
    // Drops the out-of-order data of the connection with the oldest hole, if the hole is old enough.
    void relieve_receivers(Instant now) EXCLUDES(lock_);

    u32 most_orphans() const { return most_orphans_; }
    u32 orphans() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return orphan_count_;
    }

  private:
    Ref<TcpConnection> excess_orphan() EXCLUDES(lock_);
    Ref<TcpConnection> stalled(Instant now) EXCLUDES(lock_);
    Ref<TcpConnection> hole(Instant now) EXCLUDES(lock_);

    const u32 most_orphans_;
    platform::Lock lock_{LockRank::ConnectionTable, "tcp pressure"};
    List<TcpConnection, TcpOrphanTag> orphans_ GUARDED_BY(lock_);
    // [0]: not orphans, [1]: orphans.
    List<TcpConnection, TcpStalledTag> stalled_[2] GUARDED_BY(lock_);
    List<TcpConnection, TcpHoleTag> holes_ GUARDED_BY(lock_);
    u32 orphan_count_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
