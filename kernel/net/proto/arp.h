// ARP (RFC 826): the neighbour cache of one interface, and the packets that fill it.
#pragma once

#include <array>
#include <optional>

#include "net/core/mbuf.h"
#include "net/platform.h"
#include "net/wire/arp.h"

namespace net {

class Interface;

// Processes a received ARP packet and consumes it. The Ethernet header has been removed; `source` is its
// source address. Thread context, no lock held; never sleeps.
void arp_in(Interface& in, MacAddr source, MbufPtr m);

// Sends an ARP request for `target` to the station `to`, or to all stations.
void arp_request(Interface& out, Ipv4Addr target, MacAddr to);

// MAC addresses by IPv4 address, in sets of kWays entries, and the packets that wait for a MAC address.
//
//                 resolve()                  a reply
//        Free ---------------> Incomplete -------------> Reachable <----.
//         ^                        | no reply                 | 60 s    | a reply
//         |<-----------------------'         not used in 60 s |         |
//         |<--------------------------------------------------+---> Probe (used in 60 s)
//         `------------------------------------------------- no reply --'
//
// - Incomplete: a request is broadcast every 100 ms, later every 500 ms, for 4 s. A few packets may wait.
// - At most kMaxIncomplete entries are Incomplete. One more replaces the oldest, whose packets are dropped: a
//   station that exists replies soon. So an address scan or a flood from invented addresses does not prevent
//   resolution, unless kMaxIncomplete new requests start before a station's reply arrives.
// - A new entry in a full set replaces, in this order: an entry without reply to a repeated request, one not
//   used since it was confirmed, an Incomplete one, one in use.
// - Reachable, Probe: packets are sent. Probe sends up to three unicast requests (RFC 1122 section 2.3.2.1).
// - Any thread; callbacks run in the timer thread. No lock is held during transmission.
// - An ARP packet for us may create an entry; other ARP packets only update existing entries.
class ArpCache {
  public:
    static constexpr usize kSets = 64, kWays = 4;
    static constexpr usize kMaxIncomplete = 64;
    // Packets for one neighbour: enough for a fragmented datagram of 64 KiB. The oldest is dropped first.
    static constexpr usize kMaxWaitingEach = 48;
    static constexpr usize kMaxWaiting = 128;  // for all neighbours
    static constexpr u8 kFastRequests = 15, kMaxRequests = 20, kProbes = 3;
    // RFC 1122 recommends at most one request a second. We send more, because a NIC may receive nothing in
    // its first second (QEMU's E1000).
    static constexpr Duration kFastInterval = milliseconds(100), kSlowInterval = milliseconds(500);
    static constexpr Duration kReachableTime = seconds(60), kProbeInterval = seconds(1);

    explicit ArpCache(Interface& interface) : interface_(interface), secret_(platform::random()) {}

    // Gets the neighbour's MAC address, and marks it as used; false if it is unknown.
    bool lookup(Ipv4Addr ip, MacAddr& mac) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (!n || !n->has_mac()) [[unlikely]]
            return false;
        n->used = true;
        mac = n->mac;
        return true;
    }

    // Queues an IPv4 packet, which it consumes, until the neighbour's MAC address is known, and starts the
    // resolution. This may drop other entries and packets. If the address has just become known, it sends the
    // packet and returns the result.
    Result<> resolve(Ipv4Addr ip, MbufPtr packet, Instant now) EXCLUDES(lock_);

    // Records that ip has the MAC address mac, and sends the packets that waited for it. If there is no
    // entry, it creates one only if `create` is true and ip's set has a free, silent or unused entry.
    void learn(Ipv4Addr ip, MacAddr mac, bool create, Instant now) EXCLUDES(lock_);

    // Performs all actions that are due. Called by the timer.
    void run(Instant now) EXCLUDES(lock_);

    // Counts a station that uses our address. At most every 10 s, it also logs the conflict and announces our
    // address again (RFC 5227 section 2.4 (b)).
    void conflict(MacAddr other, Instant now) EXCLUDES(lock_);

    // Forgets all neighbours and drops the packets that wait for them: the interface's address has changed,
    // or it went down.
    void flush() EXCLUDES(lock_);

    usize waiting() const { return waiting_; }

    // The index-th neighbour, in any order; nothing past the last.
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
        bool used = false;   // since it was last confirmed
        u8 requests = 0;     // sent in this state
        u32 asked = 0;       // Incomplete: a serial number; the oldest entry has the lowest
        Instant deadline{};  // end of the state, or time of the next request
        MbufQueue waiting;   // only in Incomplete
        bool has_mac() const { return state >= State::Reachable; }
    };
    using Set = std::array<Neighbour, kWays>;

    // An action that is due. It is performed after the lock is released.
    struct Action {
        Ipv4Addr ip;
        bool ask = false;  // send a request for ip to `to`; else there was no reply and `lost` is dropped
        MacAddr to{};
        MbufQueue lost{};
    };

    // The multipliers are constants, because a random one may send many consecutive addresses to one set. The
    // shift carries the high bits, in which the secret has its effect, down to where they change all others.
    Set& set_of(Ipv4Addr ip) REQUIRES(lock_) {
        const u64 mixed = (ip.value() ^ secret_) * 0x9e37'79b9'7f4a'7c15;
        return sets_[((mixed ^ mixed >> 32) * 0xd6e8'feb8'6659'fd93) >> 58];
    }
    Neighbour* find_locked(Ipv4Addr ip) REQUIRES(lock_) {
        for (Neighbour& n : set_of(ip)) {
            if (n.ip == ip && n.state != State::Free) return &n;
        }
        return nullptr;
    }
    // How valuable an entry is: the lowest is replaced first.
    enum class Worth : u8 { Free, Silent, Unused, Asked, Used };
    static Worth worth_of(const Neighbour& n);
    Neighbour* claim_locked(Ipv4Addr ip, Worth most, MbufQueue& dropped) REQUIRES(lock_);
    Neighbour& start_locked(Ipv4Addr ip, Instant now, MbufQueue& dropped) REQUIRES(lock_);
    Neighbour* oldest_incomplete_locked(const Neighbour* except) REQUIRES(lock_);
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
    const u64 secret_;  // an attacker cannot fill one chosen set
    platform::Lock lock_{LockRank::Arp, "arp"};
    std::array<Set, kSets> sets_ GUARDED_BY(lock_){};
    usize waiting_ = 0;  // changed only under lock_
    usize incomplete_count_ GUARDED_BY(lock_) = 0;
    u32 next_asked_ GUARDED_BY(lock_) = 0;
    Instant armed_ GUARDED_BY(lock_) = Instant::never();  // the time for which the timer is set
    Instant next_defence_ GUARDED_BY(lock_){};
    platform::Timer timer_{on_timer, this};
};
static_assert(ArpCache::kSets == 64, "set_of takes six bits");

}  // namespace net
