#include "policy.h"

#include <string.h>

namespace netd {
namespace {

struct Word {
    const char* text;
    usize length;
    bool is(const char* other) const { return strlen(other) == length && memcmp(text, other, length) == 0; }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool ends_line(char c) { return c == '\0' || c == '\n' || c == '#'; }

// Takes the next word of the line; empty at its end.
Word next_word(const char*& line) {
    while (is_space(*line)) line++;
    const char* begin = line;
    while (!is_space(*line) && !ends_line(*line)) line++;
    return {begin, static_cast<usize>(line - begin)};
}

// A port from 1 to 65535, or nothing.
std::optional<u16> port_of(const char* digits, usize n) {
    u32 port = 0;
    if (n > 5) return std::nullopt;
    for (usize i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9') return std::nullopt;
        port = port * 10 + static_cast<u32>(digits[i] - '0');
    }
    return port >= 1 && port <= 65535 ? std::optional(static_cast<u16>(port)) : std::nullopt;
}

}  // namespace

bool Policy::Rule::is_for(const char* name) const {
    return strcmp(program, "*") == 0 || strcmp(program, name) == 0;
}

bool Policy::Rule::fits(Wish wish, u16 port) const {
    if (wish == Wish::Tap) return tap;
    if (wish == Wish::Tcp ? !tcp : !udp) return false;
    return port == kFreePort ? free_ports : port >= first && port <= last;
}

const char* Policy::parse_ports(const char* word, usize length, Rule& rule) {
    if (Word{word, length}.is("free")) return rule.free_ports = true, nullptr;
    const auto* dash = static_cast<const char*>(memchr(word, '-', length));
    const auto first = port_of(word, dash ? static_cast<usize>(dash - word) : length);
    const auto last = dash ? port_of(dash + 1, static_cast<usize>(word + length - dash - 1)) : first;
    if (!first || !last || *first > *last)
        return "the ports must be `free`, a number or a range: 80, 8000-8999";
    rule.first = *first;
    rule.last = *last;
    return nullptr;
}

// Returns what is wrong with the line, or null.
const char* Policy::parse_line(const char* line, Rule& rule) {
    const Word verdict = next_word(line), program = next_word(line), what = next_word(line);
    rule.allow = verdict.is("allow");
    if (!rule.allow && !verdict.is("refuse")) return "a line begins with allow or refuse";
    if (program.length == 0 || program.length >= kNameRoom)
        return "the second word must be a program's name or *";
    memcpy(rule.program, program.text, program.length);
    rule.tap = what.is("tap");
    rule.tcp = what.is("tcp") || what.is("any");
    rule.udp = what.is("udp") || what.is("any");
    if (!rule.tap && !rule.tcp && !rule.udp) return "the third word must be tcp, udp, any or tap";
    if (!rule.tap) {
        const Word ports = next_word(line);
        if (const char* wrong = parse_ports(ports.text, ports.length, rule)) return wrong;
    }
    return next_word(line).length == 0 ? nullptr : "there are too many words";
}

std::optional<Policy> Policy::parse(const char* text, Error& error) {
    std::optional<Policy> policy(Policy{});
    error.line = 1;
    for (const char* line = text; line; error.line++) {
        const char *end = strchr(line, '\n'), *rest = line;
        if (next_word(rest).length > 0) {
            error.reason = "there are too many lines";
            if (policy->count_ == kMostRules) return std::nullopt;
            error.reason = parse_line(line, policy->rules_[policy->count_++]);
            if (error.reason) return std::nullopt;
        }
        line = end ? end + 1 : nullptr;
    }
    return policy;
}

Policy Policy::standard() {
    Error unused{};
    return *parse("allow * any free\nallow * any 1024-65535\n", unused);
}

bool Policy::allows(const char* program, Wish wish, u16 port) const {
    for (usize i = 0; i < count_; i++) {
        if (rules_[i].is_for(program) && rules_[i].fits(wish, port)) return rules_[i].allow;
    }
    return false;
}

}  // namespace netd
