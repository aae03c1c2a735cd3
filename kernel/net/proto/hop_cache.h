// The next hop of each hart's last destination, so that its next packet there needs no lock and no search.
#pragma once

#include <atomic>

#include "net/platform.h"
#include "net/wire/addr.h"

namespace net {

class Interface;

// Where packets to one destination go.
struct Hop {
    Interface* interface = nullptr;
    Ipv4Addr neighbour;    // the gateway, or the destination itself if it is on the link
    MacAddr mac;           // the neighbour's
    u16 mtu = 0;           // the interface's: saves a load for each packet
    bool has_mac = false;  // else ARP must ask for it
};

// A hop is valid until the routes, the neighbours or our addresses change: any change calls forget(). So an
// entry that expires, or that must be marked as used, is looked up again. The source address is part of the
// key, so that a source is checked once and not for each packet.
class HopCache {
  public:
    // Any thread; after the change.
    void forget() { epoch_.fetch_add(1, std::memory_order_release); }
    // To be read before a look-up whose result goes to remember().
    u64 epoch() const { return epoch_.load(std::memory_order_acquire); }

    // The hop, if this hart's last packet had this source and destination; else null. Thread context, as
    // remember(). Both return a hop that is valid until the caller waits.
    const Hop* find(Ipv4Addr source, Ipv4Addr destination) {
        const Recent& r = recent_.local();
        const bool valid =
            r.ends == ends_of(source, destination) && r.epoch == epoch_.load(std::memory_order_relaxed);
        return valid ? &r.hop : nullptr;
    }
    const Hop* remember(Ipv4Addr source, Ipv4Addr destination, const Hop& hop, u64 epoch) {
        Recent& r = recent_.local();
        r = {ends_of(source, destination), hop.has_mac ? epoch : 0, hop};
        return &r.hop;
    }

  private:
    // Both addresses in one number, compared at once.
    static u64 ends_of(Ipv4Addr source, Ipv4Addr destination) {
        return u64{std::bit_cast<u32>(source)} << 32 | std::bit_cast<u32>(destination);
    }
    struct Recent {
        u64 ends = 0;
        u64 epoch = 0;  // 0: nothing to find
        Hop hop;
    };
    std::atomic<u64> epoch_{1};  // never wraps: each ARP packet of a neighbour changes it
    platform::PerHart<Recent> recent_{};
};

}  // namespace net
