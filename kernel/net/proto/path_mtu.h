// Path MTU discovery (RFC 1191): the destinations on whose way a link is narrower than ours.
#pragma once

#include <array>
#include <atomic>

#include "net/platform.h"
#include "net/wire/addr.h"

namespace net {

// What routers have told, by destination, in sets of kWays. Only they fill it whose word was checked: an ICMP
// message must quote a packet that we may have sent. The set's oldest entry gives way to a new one.
//
// An MTU below kLeast is taken for kLeast, and routers may then fragment what we send there: a forged message
// must not make us send many tiny packets, and a link that is so narrow works still. (So does Linux: its
// min_pmtu, and the "lock" on the MTU.)
//
// Any thread; callbacks run in the timer thread.
class PathMtus {
  public:
    static constexpr usize kSets = 32, kWays = 4;
    static constexpr u16 kLeast = 552;
    static constexpr u16 kLeastTold = 68;                // RFC 791: every link carries these
    static constexpr Duration kLifetime = seconds(600);  // RFC 1191 section 6.3: then the path is tried again

    // Nearly always nothing is known. One load, on the path of every packet sent.
    bool empty() const { return count_.load(std::memory_order_relaxed) == 0; }

    struct Path {
        u16 mtu = 65535;            // nothing known: no limit
        bool may_fragment = false;  // packets to there go without DF, for routers must fragment them
    };
    Path find(Ipv4Addr destination) EXCLUDES(lock_);

    // A packet of up to `used` bytes was too long for a router, whose next hop takes `told` bytes; 0: an old
    // router does not tell, and the next lower of the usual MTUs is tried (RFC 1191 section 5). An MTU only
    // falls; what is no smaller than `used`, or absurd, changes nothing.
    void learn(Ipv4Addr destination, u16 told, u16 used, Instant now) EXCLUDES(lock_);

    // Forgets what is too old. Called by the timer.
    void run(Instant now) EXCLUDES(lock_);

  private:
    struct Entry {
        Ipv4Addr destination;
        Path path;
        Instant expires{};  // 0: the entry is free
    };
    using Set = std::array<Entry, kWays>;

    Set& set_of(Ipv4Addr a) REQUIRES(lock_) { return sets_[(a.value() * 0x9e37'79b1u) >> 27]; }
    Entry* find_locked(Ipv4Addr destination) REQUIRES(lock_);
    Entry& claim_locked(Ipv4Addr destination) REQUIRES(lock_);
    static void on_timer(void* self);

    platform::Lock lock_{LockRank::PathMtu, "path MTUs"};
    std::array<Set, kSets> sets_ GUARDED_BY(lock_){};
    std::atomic<u32> count_{0};  // changed only under lock_
    platform::Timer timer_{on_timer, this};
    bool armed_ GUARDED_BY(lock_) = false;
};
static_assert(PathMtus::kSets == 32, "set_of takes five bits");

}  // namespace net
