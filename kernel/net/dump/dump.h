// A packet in words, for people: every header of a frame as text. A pure function of the bytes, used by the
// kernel's receive path and by the host's pktdump alike. Any bytes will do: what is cut short or wrong is
// said in brackets, and what can still be read is.
//
// Full text is made of sections and fields, one a line, so that a program can read it too:
//
//   ----- IP HEADER -----
//   TTL:                64
//   Protocol:           6 (TCP)
//   Checksum:           0x62b8 (correct)
//
// Sections: MAC LAYER, VLAN TAG, ARP, IP HEADER, IPV6 HEADER, ICMP, UDP HEADER, TCP HEADER, PAYLOAD, and
// QUOTED ... for the packet inside an ICMP error. A blank line ends a section, another one the packet.
#pragma once

#include "lib/format.h"

namespace net {

// The numbers are those of pktdump() (abi/info.h).
enum class DumpMode : u8 { Off, Brief, Full };

// Prints one frame: nothing, one line as tcpdump's, or every field. `frame` starts with the Ethernet header
// and stays the caller's. Text comes in runs of up to 256 characters. Any context that may use the sink.
void dump_frame(TextSink out, Bytes frame, DumpMode mode);

}  // namespace net
