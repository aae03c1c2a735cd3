// A packet of a capture file, whatever the file's format.
#pragma once

#include "lib/types.h"

namespace capture {

// The most that tcpdump and Wireshark write for one packet.
inline constexpr u32 kMaxPacket = 262'144;

struct Timestamp {
    i64 seconds = 0;  // since 1970-01-01 00:00:00 UTC
    u32 nanoseconds = 0;
    bool known = true;    // a simple packet block of pcapng has no time
    unsigned digits = 6;  // of the fraction: 9 if the clock counts in less than microseconds
};

struct Packet {
    u64 number;  // 1 is the first
    Timestamp time;
    u32 link_field;       // as a pcap header has it: the link type and, above, the length of a frame check
                          // sequence
    u32 original_length;  // on the wire; more than bytes.size() if the capture cut the packet
    Bytes bytes;          // valid until the next packet is read

    u16 link_type() const { return static_cast<u16>(link_field); }
};

}  // namespace capture
