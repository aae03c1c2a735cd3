// A program as text: the numbers that `tcpdump -ddd` prints. The first is how many instructions follow; each
// of these is "code jt jf k", in decimal.
#pragma once

#include <optional>
#include "abi/bpf.h"
#include "lib/format.h"
#include "lib/text_view.h"

namespace net {

// Reads a whole text. Blanks, line breaks and commas separate the numbers. Returns the instructions, which
// are in `to` and not verified. Nothing: the text is malformed, or has more instructions than `to`.
std::optional<std::span<const bpf_insn>> parse_numbers(TextView text, std::span<bpf_insn> to);

// Prints them. `end` is put behind the count and each instruction: a line break, as tcpdump does, or a comma.
void print_numbers(TextSink out, std::span<const bpf_insn> program, char end);

}  // namespace net
