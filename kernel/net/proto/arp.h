// ARP (RFC 826): the neighbour cache of one interface, and the packets that fill it.
#pragma once

#include <optional>

#include "lib/list.h"
#include "lib/pairing_heap.h"
#include "net/core/mbuf.h"
#include "net/core/pool.h"
#include "net/core/stats.h"
#include "net/platform.h"
#include "net/wire/arp.h"

namespace net {

class Interface;

// Processes a received ARP packet and consumes it. The Ethernet header has been removed; `source` is its
// source address. Thread context, no lock held; never sleeps.
void arp_in(Interface& in, MacAddr source, MbufPtr m);

// Sends an ARP request for `target` to the station `to`, or to all stations.
void arp_request(Interface& out, Ipv4Addr target, MacAddr to);

// MAC addresses by IPv4 address, in a hash table, and the packets that wait for a MAC address. An entry takes
// memory only as long as it exists.
//
//                 resolve()                  a reply
//        none ---------------> Incomplete -------------> Reachable <----.
//         ^                        | no reply                 | 60 s    | a reply
//         |<-----------------------'         not used in 60 s |         |
//         |<--------------------------------------------------+---> Probe (used in 60 s)
//         `------------------------------------------------- no reply --'
//
// - Incomplete: a request is broadcast every 100 ms, later every 500 ms, for 4 s. A few packets may wait.
// - At most kMaxIncomplete entries are Incomplete. One more replaces the oldest, whose packets are dropped: a
//   station that exists replies soon. So an address scan or a flood from invented addresses does not prevent
//   resolution, unless kMaxIncomplete new requests start before a station's reply arrives.
// - There are at most kMost entries. One more replaces, in this order: an entry without reply to a repeated
//   request, one not used since it was confirmed, an Incomplete one, the one that was used least recently. It
//   also replaces one if there is no memory.
// - Reachable, Probe: packets are sent. Probe sends up to three unicast requests (RFC 1122 section 2.3.2.1).
// - Any thread; callbacks run in the timer thread. No lock is held during transmission.
// - An ARP packet for us may create an entry; other ARP packets only update existing entries.
class ArpCache {
  public:
    static constexpr usize kMost = 1024;
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
    ~ArpCache();
    ArpCache(const ArpCache&) = delete;
    ArpCache& operator=(const ArpCache&) = delete;

    // Gets the neighbour's MAC address, and marks it as used last; false if it is unknown.
    bool lookup(Ipv4Addr ip, MacAddr& mac) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (!n || !n->has_mac()) [[unlikely]]
            return false;
        n->used = true;
        n->unlink();
        used_.push_back(*n);
        mac = n->mac;
        return true;
    }

    // Queues an IPv4 packet, which it consumes, until the neighbour's MAC address is known, and starts the
    // resolution. This may drop other entries and packets. If the address has just become known, it sends the
    // packet and returns the result. NoBufs: no memory for the first entry.
    Result<> resolve(Ipv4Addr ip, MbufPtr packet, Instant now) EXCLUDES(lock_);

    // Records that ip has the MAC address mac, and sends the packets that waited for it. If there is no
    // entry, it creates one only if `create` is true and there is room, or a silent or unused entry.
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

    // The values are those of NEIGHBOUR_* (abi/netlist.h).
    enum class State : u8 { Incomplete = 1, Reachable, Probe };
    struct Entry {
        Ipv4Addr ip;
        MacAddr mac;
        State state;
    };
    // Copies neighbours from the first-th on, in any order, and returns how many. Fewer than there is room
    // for: that was the last.
    usize list(usize first, std::span<Entry> room) EXCLUDES(lock_);
    // The index-th; nothing past the last. For tests.
    std::optional<Entry> at(usize index) EXCLUDES(lock_) {
        Entry e;
        return list(index, {&e, 1}) ? std::optional(e) : std::nullopt;
    }

  private:
    // On one of the three lists, and in the heap by its deadline.
    struct Neighbour : ListNode<Neighbour>, HeapNode<Neighbour> {
        Ipv4Addr ip;
        MacAddr mac;
        State state = State::Incomplete;
        bool used = false;   // since it was last confirmed
        u8 requests = 0;     // sent in this state
        Instant deadline{};  // end of the state, or time of the next request
        Neighbour* chain = nullptr;
        MbufQueue waiting;  // only in Incomplete
        bool has_mac() const { return state >= State::Reachable; }
        bool before(const Neighbour& n) const { return deadline < n.deadline; }
    };

    // What leaves the cache. It is freed after the lock is released.
    struct Gone {
        MbufQueue packets;
        List<Neighbour> neighbours;
    };

    // An action that is due. It is performed after the lock is released.
    struct Action {
        Ipv4Addr ip;
        Neighbour* gone =
            nullptr;  // it has expired, and what waits for it is lost; null: send a request to `to`
        MacAddr to{};
    };

    // The multipliers are constants, because a random one may send many consecutive addresses to one bucket.
    // The shift carries the high bits, in which the secret has its effect, down to where they change all
    // others.
    Neighbour*& bucket_of(Ipv4Addr ip) REQUIRES(lock_) {
        const u64 mixed = (ip.value() ^ secret_) * 0x9e37'79b9'7f4a'7c15;
        return buckets_[((mixed ^ mixed >> 32) * 0xd6e8'feb8'6659'fd93) >> 55];
    }
    Neighbour* find_locked(Ipv4Addr ip) REQUIRES(lock_) {
        Neighbour* n = bucket_of(ip);
        while (n && n->ip != ip) n = n->chain;
        return n;
    }
    Neighbour* least_locked(bool any) REQUIRES(lock_);
    Neighbour* add_locked(Ipv4Addr ip, Neighbour*& fresh, bool any, Gone& gone) REQUIRES(lock_);
    Neighbour* start_locked(Ipv4Addr ip, Neighbour*& fresh, Gone& gone) REQUIRES(lock_);
    void confirm_locked(Neighbour& n, MacAddr mac, Instant now, MbufQueue& ready) REQUIRES(lock_);
    void remove_locked(Neighbour& n) REQUIRES(lock_);
    void remove_locked(Neighbour& n, Gone& gone) REQUIRES(lock_);
    void take_waiting_locked(Neighbour& n, MbufQueue& into) REQUIRES(lock_);
    void enqueue_locked(Neighbour& n, MbufPtr packet, Gone& gone) REQUIRES(lock_);
    void set_deadline_locked(Neighbour& n, Instant deadline) REQUIRES(lock_);
    void dispose_of(Gone& gone, Neighbour* fresh, Stat reason);
    std::optional<Action> next_action(Instant now) EXCLUDES(lock_);
    Action act_locked(Neighbour& n, Instant now) REQUIRES(lock_);
    void perform(const Action& action);
    void arm_locked(Instant deadline) REQUIRES(lock_);
    static void on_timer(void* self);

    Interface& interface_;
    const u64 secret_;  // an attacker cannot fill one chosen set
    platform::Lock lock_{LockRank::Arp, "arp"};
    Neighbour* buckets_[512] GUARDED_BY(lock_) = {};
    List<Neighbour> incomplete_ GUARDED_BY(lock_);  // the oldest first
    List<Neighbour> unused_ GUARDED_BY(lock_);      // the first confirmed first
    List<Neighbour> used_ GUARDED_BY(lock_);        // the least recently used first
    PairingHeap<Neighbour> deadlines_ GUARDED_BY(lock_);
    Pool<Neighbour> pool_{LockRank::Arp};     // used without lock_
    Neighbour* const kept_ = pool_.create();  // keeps the pool's first page: most caches never need another
    usize count_ GUARDED_BY(lock_) = 0;
    usize waiting_ = 0;  // changed only under lock_
    usize incomplete_count_ GUARDED_BY(lock_) = 0;
    Instant armed_ GUARDED_BY(lock_) = Instant::never();  // the time for which the timer is set
    Instant next_defence_ GUARDED_BY(lock_){};
    platform::Timer timer_{on_timer, this};
};

}  // namespace net
