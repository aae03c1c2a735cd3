// Words for the numbers in headers. Each layer has the table of its own numbers. Internal to net/dump.
#pragma once

#include "net/dump/writer.h"
#include "net/wire/ether.h"
#include "net/wire/ip_protocol.h"

namespace net {

struct Name {
    u16 value;
    const char* text;
};

template <class Enum>
constexpr u16 number(Enum e) {
    return static_cast<u16>(e);
}

// The name of a number, `otherwise` when the table has none.
const char* look_up(std::span<const Name> names, u16 value, const char* otherwise = "unknown");

// Full text: the names of the bits that are set, with ", " between; "none" without any.
void print_bits(DumpWriter& w, std::span<const Name> names, u16 bits);
// Brief text: the same.
void say_bits(DumpWriter& w, std::span<const Name> names, u16 bits);

// The numbers that several layers carry.
const char* name_of(EtherType t);
const char* name_of(IpProtocol p);
const char* name_of_dscp(u8 dscp);
const char* name_of_ecn(u8 ecn);

}  // namespace net
