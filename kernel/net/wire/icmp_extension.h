// What may follow the packet that an ICMP error quotes (RFC 4884): a header, and objects.
#pragma once

#include "net/wire/checksum.h"

namespace net {

struct IcmpExtensionHeader {
    be16 version_reserved;
    be16 checksum;

    static constexpr u8 kVersion = 2;
    u8 version() const { return static_cast<u8>(version_reserved >> 12); }
};

struct IcmpExtensionObject {
    be16 length;  // with these four bytes
    u8 class_number, type;
};

enum class IcmpObjectClass : u8 {
    MplsLabels = 1,               // RFC 4950
    InterfaceInformation = 2,     // RFC 5837
    InterfaceIdentification = 3,  // RFC 8335
};

}  // namespace net
