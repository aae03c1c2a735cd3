// The identification of IPv4 packets that may be fragmented (RFC 791, RFC 6864).
#pragma once

#include <array>
#include <atomic>

#include "net/platform.h"
#include "net/wire/addr.h"
#include "net/wire/ip_protocol.h"

namespace net {

// Fragments of one packet are known by source, destination, protocol and identification. So each such triple
// has a sequence of identifications of its own: a secret hash chooses one of kCounters counters and an offset
// to it, and the counter advances by random steps. Who sees the packets of one destination learns nothing of
// those of another, nor how many they are. Packets with DF need none of it (RFC 6864 section 4.1): they have
// 0.
class IpIdentification {
  public:
    static constexpr usize kCounters = 1024;

    IpIdentification();

    // The first of `count` identifications in a row, for as many packets: a device that cuts segments counts
    // up from it. Any thread; like the counters of net/core/stats.h, never in an interrupt handler.
    u16 next(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, u32 count = 1);

  private:
    // A hart's last packet, whose triple is nearly always the next one's too.
    struct Recent {
        u64 addresses = 0;
        u64 protocol = ~u64{0};  // no protocol: nothing was sent yet
        u64 hash = 0;
        u32 random = 0;
    };
    u64 hash(u64 addresses, u64 protocol) const;

    u64 secret_[2];
    std::array<std::atomic<u32>, kCounters> counters_{};
    platform::PerHart<Recent> recent_{};
};

}  // namespace net
