// The identification of IPv4 packets that may be fragmented (RFC 791, RFC 6864).
#pragma once

#include <array>

#include "lib/shared_count.h"
#include "net/platform.h"
#include "net/wire/addr.h"
#include "net/wire/ip_protocol.h"

namespace net {

// The fragments of one packet are identified by source, destination, protocol and identification. So each
// triple (source, destination, protocol) has its own sequence of identifications: a secret hash selects one
// of kCounters counters and an offset, and the counter advances by random steps. A host that sees the packets
// to one destination cannot predict the identifications of others or count their packets. Packets with DF
// have identification 0 (RFC 6864 section 4.1).
class IpIdentification {
  public:
    static constexpr usize kCounters = 1024;

    IpIdentification();

    // Reserves `count` consecutive identifications and returns the first: a device that makes segments
    // increments it. Any thread; never in an interrupt handler.
    u16 next(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, u32 count = 1);

  private:
    // The triple and the hash of a hart's last packet: the next packet usually has the same.
    struct Recent {
        u64 addresses = 0;
        u64 protocol = ~u64{0};  // not a protocol: nothing has been sent
        SharedCount* counter = nullptr;
        u16 offset = 0;
        u32 random = 0;
    };
    u16 next_of_another(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, u32 count);
    u64 hash(u64 addresses, u64 protocol) const;

    u64 secret_[2];
    platform::PerHart<Recent> recent_{};
    std::array<SharedCount, kCounters> counters_{};
};

}  // namespace net
