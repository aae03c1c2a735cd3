// ARP (RFC 826): the neighbour cache of one interface, and the packets that fill it.
#pragma once

#include <array>
#include <optional>

#include "net/core/mbuf.h"
#include "net/platform.h"
#include "net/wire/arp.h"

namespace net {

class Interface;

// Takes a received ARP packet, the Ethernet header gone; `source` was that header's. Thread context, no lock
// held; never sleeps.
void arp_in(Interface& in, MacAddr source, MbufPtr m);

// Broadcasts (or sends to one station) the question who has `target`.
void arp_request(Interface& out, Ipv4Addr target, MacAddr to);

// MAC addresses by IPv4 address, in sets of kWays; what must wait for an answer waits here.
//
//                 resolve()                 an answer
//        Free ---------------> Incomplete -------------> Reachable <----.
//         ^                        | no answer                | 60 s    | an answer
//         |<-----------------------'       not used meanwhile |         |
//         |<--------------------------------------------------+---> Probe (used meanwhile)
//         `------------------------------------------------ no answer --'
//
// - Incomplete: asked by broadcast every 100 ms, later every 500 ms, 4 s in all. Packets wait, in bounds.
// - At most kMaxAsked are Incomplete. Who is not there never answers, and who is answers soon: the one that
// has
//   been asked for longest gives way, with its packets. So neither a scan nor a flood from invented addresses
//   keeps a station that is there from being found, unless kMaxAsked newcomers come before its answer does.
// - In a set, who gives way to a newcomer: whoever has not answered a repeated request, whoever was not used
//   since it was confirmed, whoever is Incomplete, and only then whoever is in use.
// - Reachable, Probe: packets pass. Probe asks the station itself, three times (RFC 1122 section 2.3.2.1).
// - Any thread; callbacks run in the timer thread. No lock is held while something is transmitted.
// - Learned from: packets for us; from others only what is in the table already.
class ArpCache {
  public:
    static constexpr usize kSets = 64, kWays = 4;
    static constexpr usize kMaxAsked = 64;
    // Packets for one neighbour: as many as a datagram of 64 KiB has fragments. The oldest gives way.
    static constexpr usize kMaxWaitingEach = 48;
    static constexpr usize kMaxWaiting = 128;  // in all
    static constexpr u8 kFastTries = 15, kTries = 20, kProbes = 3;
    // RFC 1122 recommends one request a second. It is more because a NIC may receive nothing in its first
    // second (QEMU's E1000): an answer then must not be missed by another second.
    static constexpr Duration kFastInterval = milliseconds(100), kSlowInterval = milliseconds(500);
    static constexpr Duration kReachableTime = seconds(60), kProbeInterval = seconds(1);

    explicit ArpCache(Interface& interface)
        : interface_(interface), multiplier_(static_cast<u32>(platform::random()) | 1) {}

    // The neighbour's MAC address, if it is known. On the path of every packet sent.
    bool lookup(Ipv4Addr ip, MacAddr& mac) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (!n || !n->has_mac()) [[unlikely]]
            return false;
        n->used = true;
        mac = n->mac;
        return true;
    }

    // Keeps an IPv4 packet until its neighbour's address is known, and asks for that. Others may have to give
    // way. The errors are those of sending it, if the address has become known just now.
    Result<> resolve(Ipv4Addr ip, MbufPtr packet, Instant now) EXCLUDES(lock_);

    // ip is at mac; sends what waited for it. Unless it is known or asked for, it is remembered only when
    // `create` says so, and there is room.
    void learn(Ipv4Addr ip, MacAddr mac, bool create, Instant now) EXCLUDES(lock_);

    // Does all that is due. Called by the timer.
    void run(Instant now) EXCLUDES(lock_);

    // Notices (and counts) a station with our address; at most every 10 s it is logged, and our claim
    // repeated (RFC 5227 section 2.4 (b)).
    void conflict(MacAddr other, Instant now) EXCLUDES(lock_);

    usize waiting() const { return waiting_; }

    // The index-th neighbour, in no order; nothing past the last.
    enum class State : u8 { Free, Incomplete, Reachable, Probe };
    struct Entry {
        Ipv4Addr ip;
        MacAddr mac;
        State state;
    };
    std::optional<Entry> at(usize index) EXCLUDES(lock_);

  private:
    struct Neighbour {
        Ipv4Addr ip;
        MacAddr mac;
        State state = State::Free;
        bool used = false;  // since it was last confirmed
        u8 tries = 0;
        u32 asked = 0;       // Incomplete: counts up, the oldest has the lowest
        Instant deadline{};  // of the state, or of the next request
        MbufQueue waiting;   // only in Incomplete
        bool has_mac() const { return state >= State::Reachable; }
    };
    using Set = std::array<Neighbour, kWays>;

    // One thing that is due; done after the lock is dropped.
    struct Action {
        Ipv4Addr ip;
        bool ask = false;  // ask `to` for ip; otherwise nobody answered, and `lost` is lost
        MacAddr to{};
        MbufQueue lost{};
    };

    Set& set_of(Ipv4Addr ip) REQUIRES(lock_) { return sets_[(ip.value() * multiplier_) >> 26]; }
    Neighbour* find_locked(Ipv4Addr ip) REQUIRES(lock_) {
        for (Neighbour& n : set_of(ip)) {
            if (n.ip == ip && n.state != State::Free) return &n;
        }
        return nullptr;
    }
    // What a place is taken for: of several, the least gives way.
    enum class Worth : u8 { Free, Silent, Unused, Asked, Used };
    static Worth worth_of(const Neighbour& n);
    Neighbour* claim_locked(Ipv4Addr ip, Worth most, MbufQueue& dropped) REQUIRES(lock_);
    Neighbour& start_locked(Ipv4Addr ip, Instant now, MbufQueue& dropped) REQUIRES(lock_);
    Neighbour* longest_asked_locked(const Neighbour* except) REQUIRES(lock_);
    void free_locked(Neighbour& n, MbufQueue& dropped) REQUIRES(lock_);
    void take_waiting_locked(Neighbour& n, MbufQueue& into) REQUIRES(lock_);
    void enqueue_locked(Neighbour& n, MbufPtr packet, MbufQueue& dropped) REQUIRES(lock_);
    void count_dropped(const MbufQueue& dropped);
    std::optional<Action> next_action(Instant now) EXCLUDES(lock_);
    std::optional<Action> act_locked(Neighbour& n, Instant now) REQUIRES(lock_);
    Action give_up_locked(Neighbour& n) REQUIRES(lock_);
    void perform(Action action);
    void arm_locked(Instant deadline) REQUIRES(lock_);
    static void on_timer(void* self);

    Interface& interface_;
    const u32 multiplier_;  // secret: nobody can aim at a set
    platform::Lock lock_{LockRank::Arp, "arp"};
    std::array<Set, kSets> sets_ GUARDED_BY(lock_){};
    usize waiting_ = 0;                        // changed only under lock_
    usize asked_count_ GUARDED_BY(lock_) = 0;  // that are Incomplete
    u32 next_asked_ GUARDED_BY(lock_) = 0;
    Instant armed_ GUARDED_BY(lock_) = Instant::never();  // when the timer fires
    Instant next_defence_ GUARDED_BY(lock_){};
    platform::Timer timer_{on_timer, this};
};
static_assert(ArpCache::kSets == 64, "set_of takes six bits");

}  // namespace net
