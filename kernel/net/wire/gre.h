// Generic routing encapsulation: version 0 (RFC 2784, RFC 2890), and version 1 of PPTP (RFC 2637).
#pragma once

#include "lib/endian.h"

namespace net {

struct GreHeader {
    be16 flags_version;
    be16 protocol;  // an EtherType

    static constexpr u16 kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000;
    static constexpr u16 kStrictRoute = 0x0800, kAcknowledgment = 0x0080;  // the latter in version 1
    static constexpr u16 kTransparentEthernet = 0x6558, kPpp = 0x880b;     // protocols

    u8 version() const { return flags_version & 7; }
    bool has(u16 flag) const { return flags_version & flag; }
};
static_assert(sizeof(GreHeader) == 4 && alignof(GreHeader) == 1);

}  // namespace net
