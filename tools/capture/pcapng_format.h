// The layout of pcapng files (draft-ietf-opsawg-pcapng): blocks, each with its type and length in front and
// the length again at its end. A section header block gives the byte order of those behind it.
#pragma once

#include "lib/types.h"

namespace capture {

enum class BlockType : u32 {
    Interface = 1,
    ObsoletePacket = 2,
    SimplePacket = 3,
    EnhancedPacket = 6,
    SectionHeader = 0x0a0d0d0a,  // the same in both byte orders
};

struct BlockHeader {
    u32 type, total_length;
};
inline constexpr u32 kBlockFrame = sizeof(BlockHeader) + sizeof(u32);  // with the length at the end

struct SectionBody {
    u32 byte_order;
    u16 version_major, version_minor;
    u32 section_length[2];  // all ones: unknown
};
inline constexpr u32 kByteOrderMagic = 0x1a2b3c4d;

struct InterfaceBody {
    u16 link_type, reserved;
    u32 snap_length;  // 0: no limit
};

struct EnhancedPacketBody {
    u32 interface, time_high, time_low, captured_length, original_length;
};

struct ObsoletePacketBody {
    u16 interface, drops;
    u32 time_high, time_low, captured_length, original_length;
};

struct SimplePacketBody {
    u32 original_length;
};

struct OptionHeader {
    u16 code, length;  // the value is padded to a multiple of four bytes
};

// The options of an interface that say how to read its times.
enum class InterfaceOption : u16 { End = 0, TimeResolution = 9, TimeOffset = 14 };

static_assert(sizeof(SectionBody) == 16 && sizeof(InterfaceBody) == 8 && sizeof(EnhancedPacketBody) == 20 &&
              sizeof(ObsoletePacketBody) == 20);

}  // namespace capture
