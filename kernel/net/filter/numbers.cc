#include "net/filter/numbers.h"

namespace net {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t'; }

void skip_separators(TextView& text) {
    while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
}

// Takes the next number off the front. Nothing: it is missing, malformed or above `limit`.
std::optional<u32> take_number(TextView& text, u32 limit) {
    skip_separators(text);
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    u64 value = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
        value = value * 10 + static_cast<u64>(text.front() - '0');
        if (value > limit) return std::nullopt;
    }
    if (!text.empty() && !is_separator(text.front())) return std::nullopt;
    return static_cast<u32>(value);
}

bool take_instruction(TextView& text, bpf_insn& to) {
    const auto code = take_number(text, 0xffff), jt = take_number(text, 0xff), jf = take_number(text, 0xff);
    const auto k = take_number(text, 0xffff'ffff);
    if (!code || !jt || !jf || !k) return false;
    to = {static_cast<u16>(*code), static_cast<u8>(*jt), static_cast<u8>(*jf), *k};
    return true;
}

}  // namespace

std::optional<std::span<const bpf_insn>> parse_numbers(TextView text, std::span<bpf_insn> to) {
    const auto count = take_number(text, static_cast<u32>(to.size()));
    if (!count) return std::nullopt;
    for (bpf_insn& i : to.first(*count)) {
        if (!take_instruction(text, i)) return std::nullopt;
    }
    skip_separators(text);
    if (!text.empty()) return std::nullopt;
    return to.first(*count);
}

void print_numbers(TextSink out, std::span<const bpf_insn> program, char end) {
    format(out, "%zu%c", program.size(), end);
    for (const bpf_insn& i : program) format(out, "%u %u %u %u%c", i.code, i.jt, i.jf, i.k, end);
}

}  // namespace net
