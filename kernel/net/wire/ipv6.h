// The fixed IPv6 header (RFC 8200), for the packet dump. The stack does not support IPv6 yet.
#pragma once

#include "net/wire/addr.h"
#include "net/wire/ip_protocol.h"

namespace net {

struct Ipv6Addr {
    be16 groups[8];
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

// The text form of RFC 5952: the longest run of two or more zero groups is written "::".
struct Ipv6Text {
    char text[40];
};
Ipv6Text format_addr(const Ipv6Addr& a);

}  // namespace net
