// A program for people: one instruction a line, as `tcpdump -d` prints it.
#pragma once

#include <span>

#include "abi/bpf.h"
#include "lib/format.h"

namespace net::language {

void print_listing(TextSink out, std::span<const bpf_insn> program);

}  // namespace net::language
