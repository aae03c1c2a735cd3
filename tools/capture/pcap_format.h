// The layout of classic pcap files (draft-ietf-opsawg-pcap): a file header, then packets, each with a header.
#pragma once

#include "lib/types.h"

namespace capture {

// The magic number tells the byte order and the unit of the fractions of a second.
inline constexpr u32 kPcapMicroseconds = 0xa1b2c3d4, kPcapNanoseconds = 0xa1b23c4d;

struct PcapFileHeader {
    u32 magic;
    u16 version_major, version_minor;
    u32 zone, accuracy, snap_length;
    u32 link_field;  // the upper bits: is a frame check sequence at the end of each frame, and of what
                     // length?
};

struct PcapPacketHeader {
    u32 seconds, fraction, captured_length, original_length;
};

static_assert(sizeof(PcapFileHeader) == 24 && sizeof(PcapPacketHeader) == 16);

}  // namespace capture
