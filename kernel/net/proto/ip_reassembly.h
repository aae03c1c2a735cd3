// Putting fragmented packets together again (RFC 791 section 3.2, RFC 815's problem with lists for holes).
#pragma once

#include <array>

#include "net/core/mbuf.h"
#include "net/platform.h"
#include "net/wire/ipv4.h"

namespace net {

class Inet;
class Interface;

// Packets of which some fragments have arrived, each found by source, destination, protocol and
// identification. Everything here can be filled by strangers, so everything is bounded:
//
// - kMaxPackets at a time, kMaxEach of one source; kMaxFragments in all, kMaxFragmentsEach of one packet.
// - When there are too many packets, or fragments, the source that has most of them gives up its oldest
// packet;
//   of sources that have equally many, the one with the oldest. So a source that holds little is not
//   disturbed by one that holds much. Against many that hold as little as it does (they may be invented), a
//   packet stands as long as no kMaxPackets new ones begin between its first fragment and its last.
// - A packet that is not whole after kTimeout is dropped, and its sender told (RFC 1122 section 3.3.2).
// - A packet with fragments that overlap is dropped, and so is what follows of it: nobody cuts a packet like
//   that but to smuggle something past a filter (RFC 5722). An exact copy is only passed over.
// Any thread; callbacks run in the timer thread. No lock is held while a packet goes up.
class Reassembly {
  public:
    static constexpr usize kMaxPackets = 64, kMaxEach = 8;
    static constexpr usize kMaxFragments = 512, kMaxFragmentsEach = 128;
    static constexpr Duration kTimeout = seconds(60);

    explicit Reassembly(Inet& inet) : inet_(inet), multiplier_(static_cast<u32>(platform::random()) | 1) {}
    ~Reassembly() = default;

    // Takes a fragment, its IP header still in front; `ip` views it. Hands the packet up when it is whole.
    void take(Interface& in, const Ipv4Packet& ip, MbufPtr m, Instant now) EXCLUDES(lock_);

    // Drops what has waited too long. Called by the timer.
    void run(Instant now) EXCLUDES(lock_);

    // How many wait for the rest of their packet, an mbuf each.
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
        bool spoiled = false;  // holds nothing any more, and takes nothing
        Key key;
        Interface* in = nullptr;
        Instant deadline{};
        MbufQueue fragments;  // by offset, without overlaps, their IP headers in front
        usize bytes = 0;      // of payload, in all of them
        usize length = 0;     // of the whole payload; 0: the last fragment is not there yet
    };
    enum class Verdict : u8 { Kept, Whole, Copy, Bad };

    Packet* find_locked(const Key& key) REQUIRES(lock_);
    Packet& claim_locked(const Key& key, Interface& in, Instant now, MbufQueue& dropped) REQUIRES(lock_);
    enum class Measure : u8 { Packets, Fragments };
    Packet& oldest_of_locked(Ipv4Addr source) REQUIRES(lock_);
    Packet& heaviest_locked(Measure measure) REQUIRES(lock_);
    void make_room_locked(const Packet& wanting, MbufQueue& dropped) REQUIRES(lock_);
    usize packets_of_locked(Ipv4Addr source) REQUIRES(lock_);
    Verdict add_locked(Packet& p, const Ipv4Packet& ip, MbufPtr& m) REQUIRES(lock_);
    void insert_locked(Packet& p, MbufPtr m) REQUIRES(lock_);
    void empty_locked(Packet& p, MbufQueue& into) REQUIRES(lock_);
    MbufPtr expired(Instant now, Interface*& in) EXCLUDES(lock_);
    void hand_up(Interface& in, MbufQueue& fragments);
    static void on_timer(void* self);

    Inet& inet_;
    const u32 multiplier_;  // secret: nobody can choose to be weighed together with somebody
    platform::Lock lock_{LockRank::Reassembly, "reassembly"};
    std::array<Packet, kMaxPackets> packets_ GUARDED_BY(lock_){};
    usize fragments_ GUARDED_BY(lock_) = 0;
    platform::Timer timer_{on_timer, this};
    bool armed_ GUARDED_BY(lock_) = false;
};

}  // namespace net
