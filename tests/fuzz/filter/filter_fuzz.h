// What a fuzzer does to the packet filters: the bytes of an input are an expression or a program, and a
// packet.
#pragma once

#include <string>
#include <vector>

#include "lib/types.h"

namespace fuzz {

// Compiles or verifies, and runs, what the input has. Aborts if a promise is broken: a compiled program must
// be valid, its listing and its numbers complete; a verdict must not change when the packet is cut behind the
// program's reach.
//
//   an expression   'e', the text, a zero, the packet
//   a program       'p', the number of instructions, 8 bytes for each, the packet
//   numbers         'n', a text as `tcpdump -ddd` prints it
void run_filter(Bytes input);

// Inputs that reach every part.
std::vector<std::string> seeds();

}  // namespace fuzz
