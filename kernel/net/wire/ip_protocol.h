// The protocol that follows an IP header (IANA "Assigned Internet Protocol Numbers"). A packet may contain
// other values: the underlying byte of this enum can hold all of them.
#pragma once

#include "lib/types.h"

namespace net {

enum class IpProtocol : u8 {
    HopByHop = 0,
    Icmp = 1,
    Igmp = 2,
    Ipv4 = 4,  // IP in IP (RFC 2003)
    Tcp = 6,
    Egp = 8,
    Udp = 17,
    Dccp = 33,
    Ipv6 = 41,
    Routing = 43,
    Fragment = 44,
    Rsvp = 46,
    Gre = 47,
    Esp = 50,
    Ah = 51,
    Icmpv6 = 58,
    NoNextHeader = 59,
    DestinationOptions = 60,
    Eigrp = 88,
    Ospf = 89,
    EtherIp = 97,
    Pim = 103,
    Vrrp = 112,
    L2tp = 115,
    Sctp = 132,
    Mobility = 135,
    UdpLite = 136,
    MplsInIp = 137,
    Hip = 139,
    Shim6 = 140,
    Ethernet = 143,  // RFC 8986
};

}  // namespace net
