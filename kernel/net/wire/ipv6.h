// IPv6's fixed header and addresses (RFC 8200, RFC 4291), enough to decode such packets. The stack does not
// speak IPv6 yet.
#pragma once

#include "net/wire/addr.h"
#include "net/wire/ip_protocol.h"

namespace net {

struct Ipv6Addr {
    be16 groups[8];

    // The IPv4 address in ::ffff:0:0/96 (RFC 4291 section 2.5.5.2); nothing for other addresses.
    std::optional<Ipv4Addr> mapped_ipv4() const {
        for (int i = 0; i < 5; i++) {
            if (groups[i] != 0) return std::nullopt;
        }
        if (groups[5] != 0xffff) return std::nullopt;
        return Ipv4Addr{u32{groups[6]} << 16 | groups[7]};
    }
};
static_assert(sizeof(Ipv6Addr) == 16 && alignof(Ipv6Addr) == 1);

struct Ipv6Header {
    be32 version_class_flow;
    be16 payload_length;
    u8 next_header;  // an IpProtocol, or the first extension header
    u8 hop_limit;
    Ipv6Addr src, dst;

    u8 version() const { return static_cast<u8>(version_class_flow >> 28); }
    u8 traffic_class() const { return static_cast<u8>(version_class_flow >> 20); }
    u32 flow_label() const { return version_class_flow & 0xfffff; }
};
static_assert(sizeof(Ipv6Header) == 40 && alignof(Ipv6Header) == 1);

// The text form of RFC 5952: the longest run of two or more zero groups is written "::", and the IPv4 address
// of a mapped one in decimal (section 5).
struct Ipv6Text {
    char text[40];
};
Ipv6Text format_addr(const Ipv6Addr& a);

}  // namespace net
