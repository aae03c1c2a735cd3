// A packet in words, for people: every header of a frame as text. A pure function of the bytes: the kernel's
// receive path and the host's pktdump use the same code. Any bytes are valid input: errors and missing bytes
// are reported in brackets, and the rest is decoded.
//
// Full text has sections of fields, one field a line, so that a program can read it too:
//
//   ----- IP HEADER -----
//   TTL:                64
//   Protocol:           6 (TCP)
//   Checksum:           0x62b8 (correct)
//
// A blank line ends a section, another one the packet. Each byte of the frame is decoded, printed in hex, or
// counted in words when it is zero: a change of any byte changes the full text. docs/dump.md lists the
// sections.
#pragma once

#include "lib/format.h"

namespace net {

// The numbers are those of pktdump() (abi/info.h).
enum class DumpMode : u8 { Off, Brief, Full };

// What the first header of a packet is (https://www.tcpdump.org/linktypes.html).
enum class DumpLink : u8 { Ethernet, RawIp, LinuxCooked, LinuxCooked2, Null, Loop, Ppp };

// Prints one Ethernet frame: nothing, one line as tcpdump's, or every field. The bytes stay the caller's.
// Text is written in runs of up to 256 characters. Any context that may use the sink.
void dump_frame(TextSink out, Bytes frame, DumpMode mode);

// The same for a packet of a capture: `captured` are its first bytes, `length` is the number of bytes it had
// on the wire.
void dump_packet(TextSink out, DumpLink link, Bytes captured, usize length, DumpMode mode);

}  // namespace net
