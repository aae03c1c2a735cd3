// Path MTU discovery (RFC 1191): the destinations whose path MTU is smaller than our link's MTU.
#pragma once

#include <array>
#include <atomic>

#include "net/platform.h"
#include "net/wire/addr.h"

namespace net {

// Path MTUs reported by routers, by destination, in sets of kWays entries. Callers must validate a message:
// it must quote a packet that we may have sent. In a full set, a new entry replaces the oldest.
//
// An MTU below kMinMtu is replaced by kMinMtu and DF is not set, so routers can fragment: a forged message
// must not make us send many tiny packets, and a link with such a small MTU must still work. (Linux does the
// same with min_pmtu and a locked MTU.)
//
// Any thread; callbacks run in the timer thread.
class PathMtus {
  public:
    static constexpr usize kSets = 32, kWays = 4;
    static constexpr u16 kMinMtu = 552;
    static constexpr u16 kMinReportedMtu = 68;           // RFC 791: the minimum MTU of any link
    static constexpr Duration kLifetime = seconds(600);  // RFC 1191 section 6.3: then a larger MTU is tried

    // Usually there is no entry. One load, called for every packet sent.
    bool empty() const { return count_.load(std::memory_order_relaxed) == 0; }

    struct Path {
        u16 mtu = 65535;            // no entry: no limit
        bool may_fragment = false;  // send without DF: routers must fragment the packets
    };
    Path find(Ipv4Addr destination) EXCLUDES(lock_);

    // A router dropped a packet of up to `used` bytes, because the MTU of its next hop is `reported` bytes.
    // 0: an old router that does not report the MTU; the next lower plateau is used (RFC 1191 section 5). A
    // stored MTU only decreases. A value that is not below `used`, or below kMinReportedMtu, is ignored.
    void learn(Ipv4Addr destination, u16 reported, u16 used, Instant now) EXCLUDES(lock_);

    // Removes expired entries. Called by the timer.
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
