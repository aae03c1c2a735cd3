// libpcap's compiler and interpreter, for comparison. Its header has names that abi/bpf.h has too, so no file
// includes both.
#pragma once

#include <string>
#include <vector>

#include "lib/types.h"

namespace oracle {

struct Instruction {
    u16 code;
    u8 jt, jf;
    u32 k;
};
using Program = std::vector<Instruction>;

// The link types, as libpcap numbers them (DLT_...).
enum class LinkType : int { Ethernet = 1, RawIp = 12, LinuxCooked = 113, LinuxCooked2 = 276 };

// Nothing, with `error` set, for an expression that libpcap refuses.
Program compile(const std::string& expression, std::string& error, LinkType link = LinkType::Ethernet,
                bool optimise = true);

// The verdict of libpcap's interpreter.
u32 run(const Program& program, Bytes packet, usize wire_length);

// Whether libpcap would run it at all.
bool is_valid(const Program& program);

}  // namespace oracle
