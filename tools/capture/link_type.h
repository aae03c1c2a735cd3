// Link types: the numbers that say with which header the packets of a capture begin
// (https://www.tcpdump.org/linktypes.html).
#pragma once

#include <string>

#include "lib/types.h"

namespace capture {

enum class LinkType : u16 {
    Null = 0,
    Ethernet = 1,
    Ppp = 9,
    RawBsd = 12,      // what raw IP is on most systems inside the kernel; some programs write it
    RawOpenBsd = 14,  // and on OpenBSD
    PppHdlc = 50,
    Raw = 101,
    Loop = 108,
    LinuxCooked = 113,
    Ipv4 = 228,
    Ipv6 = 229,
    LinuxCooked2 = 276,
};

// "link type 105 (IEEE 802.11)"
std::string describe_link_type(u16 number);

}  // namespace capture
