// Reassembly of IPv4 fragments (RFC 791 section 3.2), with a list of fragments, not of holes as in RFC 815.
#pragma once

#include <array>

#include "net/core/mbuf.h"
#include "net/platform.h"
#include "net/wire/ipv4.h"

namespace net {

class Inet;
class Interface;

// Incomplete packets, identified by source, destination, protocol and identification. Any host can send
// fragments, so all resources are limited:
//
// - kMaxPackets packets, kMaxEach of one source; kMaxFragments fragments, kMaxFragmentsEach of one packet.
// - Above a limit, the source that has the most packets (or fragments) loses its oldest packet; among equal
//   sources, the one with the oldest packet. So a source with few packets is not affected by one with many.
//   If many sources (perhaps forged) have few packets each, a packet survives if fewer than kMaxPackets new
//   packets start between its first and its last fragment.
// - A packet that is incomplete after kTimeout is dropped, and ICMP reports it (RFC 1122 section 3.3.2).
// - A packet with overlapping fragments is dropped with its later fragments: such packets are used to evade
//   filters (RFC 5722). An exact duplicate of a fragment is ignored.
// - Any thread; callbacks run in the timer thread. No lock is held while a packet is passed up.
class Reassembly {
  public:
    static constexpr usize kMaxPackets = 64, kMaxEach = 8;
    static constexpr usize kMaxFragments = 512, kMaxFragmentsEach = 128;
    static constexpr Duration kTimeout = seconds(60);

    explicit Reassembly(Inet& inet) : inet_(inet), multiplier_(static_cast<u32>(platform::random()) | 1) {}
    ~Reassembly() = default;

    // Consumes m, a fragment with its IP header; `ip` is a view of it. Passes up the packet once complete. If
    // it is for a flow, the fragments are passed on one by one, in the order of their offsets.
    void take(Interface& in, const Ipv4Packet& ip, MbufPtr m, Instant now) EXCLUDES(lock_);

    // Drops the packets that have expired. Called by the timer.
    void run(Instant now) EXCLUDES(lock_);

    // The number of queued fragments; each is one mbuf.
    usize fragments() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return fragments_;
    }

  private:
    struct Key {
        Ipv4Addr src, dst;
        IpProtocol protocol{};
        u16 identification = 0;
        bool operator==(const Key&) const = default;
    };
    struct Packet {
        bool used = false;
        bool spoiled = false;  // its fragments were dropped, and later ones will be
        Key key;
        Interface* in = nullptr;
        Instant deadline{};
        MbufQueue fragments;  // with IP headers, sorted by offset, without overlaps
        usize bytes = 0;      // payload in all fragments
        usize length = 0;     // of the whole payload; 0: the last fragment has not arrived
    };
    enum class Verdict : u8 { Kept, Whole, Copy, Bad };

    template <class F>
    Packet* first_locked(F wanted) REQUIRES(lock_);
    Packet* find_locked(const Key& key) REQUIRES(lock_);
    Packet& claim_locked(const Key& key, Interface& in, Instant now, MbufQueue& dropped) REQUIRES(lock_);
    enum class Measure : u8 { Packets, Fragments };
    Packet& oldest_of_locked(Ipv4Addr source) REQUIRES(lock_);
    Packet& heaviest_locked(Measure measure) REQUIRES(lock_);
    void make_room_locked(MbufQueue& dropped) REQUIRES(lock_);
    usize packets_of_locked(Ipv4Addr source) REQUIRES(lock_);
    Verdict add_locked(Packet& p, const Ipv4Packet& ip, MbufPtr& m) REQUIRES(lock_);
    void insert_locked(Packet& p, MbufPtr m) REQUIRES(lock_);
    void empty_locked(Packet& p, MbufQueue& into) REQUIRES(lock_);
    void end_locked(Packet& p) REQUIRES(lock_);
    MbufPtr expired(Instant now, Interface*& in) EXCLUDES(lock_);
    void hand_up(Interface& in, MbufQueue& fragments);
    bool give_to_flow(const Interface& in, MbufQueue& fragments);
    static void on_timer(void* self);

    Inet& inet_;
    const u32 multiplier_;  // secret: an attacker cannot choose a source with the same hash as another
    platform::Lock lock_{LockRank::Reassembly, "reassembly"};
    std::array<Packet, kMaxPackets> packets_ GUARDED_BY(lock_){};
    usize used_ GUARDED_BY(lock_) = 0;  // of packets_; a new packet takes the first that is free
    usize fragments_ GUARDED_BY(lock_) = 0;
    platform::Timer timer_{on_timer, this};
    bool armed_ GUARDED_BY(lock_) = false;
};

}  // namespace net
