// TcpPressure: which connections give way when memory is short, or when there are too many that nobody needs.
//
//  orphans: their program has closed. When there are more than kMaxOrphans, the oldest is reset. (The budget
//  of send buffers bounds the memory they hold; timers end those that make no progress: kOrphanRetries,
//  kOrphanPatience in engine.h.)
//
//  stalled: their peer takes nothing of what they have to send. When a writer finds no room, the one that has
//  been stalled for longest is reset, if that is long enough; an orphan rather than another.
//
//  holes: they hold data out of order. When data in order find no room, the one with the oldest hole drops
//  these data (RFC 2018 section 8), if it is old enough.
//
// Each list is in order of age: the oldest is the first to go. RFC 6429 allows the second case: an ACK that
// answers a window probe shows that the peer is alive, not that it will ever read.
#pragma once

#include "lib/list.h"
#include "lib/ref.h"
#include "net/platform.h"

namespace net {

class TcpConnection;

// What a connection in the lists has of them. Guarded by the lock of TcpPressure, except `in`.
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

// - Thread context. update() is called with the connection's lock held, the others with none: they work on
//   other connections.
class TcpPressure {
  public:
    static constexpr u32 kMaxOrphans = 1024;
    // What a moment's trouble on the way takes does not count.
    static constexpr Duration kOrphanStall = seconds(5), kStall = seconds(60), kHoleAge = seconds(1);

    // c belongs into these lists from now on. True: there are too many orphans, since c is one.
    [[nodiscard]] bool update(TcpConnection& c, u8 lists, Instant now) EXCLUDES(lock_);

    // Ends the oldest orphans, down to the bound.
    void relieve_orphans(Instant now) EXCLUDES(lock_);
    // Ends the connection that has been stalled for longest, an orphan rather than another. False: none that
    // has been so for long enough.
    bool relieve_senders(Instant now) EXCLUDES(lock_);
    // The oldest hole's connection gives up what it holds behind it, if that is old enough.
    void relieve_receivers(Instant now) EXCLUDES(lock_);

    u32 orphans() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return orphan_count_;
    }

  private:
    Ref<TcpConnection> excess_orphan() EXCLUDES(lock_);
    Ref<TcpConnection> stalled(Instant now) EXCLUDES(lock_);
    Ref<TcpConnection> hole(Instant now) EXCLUDES(lock_);

    platform::Lock lock_{LockRank::TcpTable, "tcp pressure"};
    List<TcpConnection, TcpOrphanTag> orphans_ GUARDED_BY(lock_);
    // By whether they are orphans.
    List<TcpConnection, TcpStalledTag> stalled_[2] GUARDED_BY(lock_);
    List<TcpConnection, TcpHoleTag> holes_ GUARDED_BY(lock_);
    u32 orphan_count_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
