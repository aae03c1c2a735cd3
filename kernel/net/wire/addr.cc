#include "net/wire/addr.h"

#include "lib/format.h"

namespace net {
namespace {

// Reads a decimal number of at most `limit` and moves text past it. It takes no sign, no blank and no leading
// zero, which C programs read as octal.
std::optional<u32> take_number(const char*& text, u32 limit) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_digit(*text) || (*text == '0' && is_digit(text[1]))) return std::nullopt;
    u32 value = 0;
    while (is_digit(*text)) {
        value = value * 10 + static_cast<u32>(*text++ - '0');
        if (value > limit) return std::nullopt;
    }
    return value;
}

// If *text is c, moves text past it. Never moves past the text's end.
bool take(const char*& text, char c) {
    if (*text != c) return false;
    text++;
    return true;
}

std::optional<Ipv4Addr> take_ipv4(const char*& text) {
    u32 value = 0;
    for (int i = 0; i < 4; i++) {
        if (i && !take(text, '.')) return std::nullopt;
        const auto octet = take_number(text, 255);
        if (!octet) return std::nullopt;
        value = value << 8 | *octet;
    }
    return Ipv4Addr{value};
}

}  // namespace

std::optional<Ipv4Addr> Ipv4Addr::parse(const char* text) {
    const auto addr = take_ipv4(text);
    return *text == '\0' ? addr : std::nullopt;
}

std::optional<Ipv4Prefix> Ipv4Prefix::parse(const char* text) {
    const auto addr = take_ipv4(text);
    if (!addr || !take(text, '/')) return std::nullopt;
    const auto length = take_number(text, 32);
    if (!length || *text != '\0') return std::nullopt;
    return Ipv4Prefix{*addr, static_cast<u8>(*length)};
}

AddrText format_addr(MacAddr a) {
    AddrText t;
    const u8* b = a.bytes;
    format_to(t.text, sizeof t.text, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    return t;
}

AddrText format_addr(Ipv4Addr a) {
    AddrText t;
    format_to(t.text, sizeof t.text, "%u.%u.%u.%u", a.octet(0), a.octet(1), a.octet(2), a.octet(3));
    return t;
}

}  // namespace net
