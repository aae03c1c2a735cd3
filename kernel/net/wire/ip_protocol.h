// The protocol that follows an IP header (IANA "Assigned Internet Protocol Numbers"). A packet may contain
// other values: the underlying byte of this enum can hold all of them.
#pragma once

#include "lib/types.h"

namespace net {

enum class IpProtocol : u8 {
    Icmp = 1,
    Igmp = 2,
    Tcp = 6,
    Udp = 17,
    Ipv6 = 41,
    Gre = 47,
    Esp = 50,
    Ah = 51,
    Icmpv6 = 58,
    Ospf = 89,
    Sctp = 132,
};

}  // namespace net
