#include "net/filter/language/lexer.h"

#include <optional>

namespace net::language {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

// The value of a digit of any base up to 16; 255: it is none.
u32 digit_value(char c) {
    if (is_digit(c)) return static_cast<u32>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<u32>(c - 'a' + 10);
    return c >= 'A' && c <= 'F' ? static_cast<u32>(c - 'A' + 10) : 255;
}

// A whole text as a number: decimal, octal with a leading 0, hexadecimal with a leading 0x, as in C.
std::optional<u64> number_of(TextView text) {
    u32 base = 10;
    if (text.size() > 1 && text[0] == '0') base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
    text.remove_prefix(base == 16 ? 2 : base == 8 ? 1 : 0);
    if (text.empty()) return std::nullopt;
    u64 value = 0;
    for (const char c : text) {
        if (digit_value(c) >= base) return std::nullopt;
        value = value * base + digit_value(c);
        if (value >> 32) return u64{1} << 32;  // too large, however large
    }
    return value;
}

// How many characters at the front are six groups of one or two hexadecimal digits. 0: they are none.
usize mac_at(TextView text, MacAddr& mac) {
    usize n = 0;
    for (usize group = 0; group < 6; group++) {
        if (group && (n == text.size() || text[n++] != ':')) return 0;
        u32 value = 0;
        const usize begin = n;
        while (n < text.size() && n - begin < 2 && digit_value(text[n]) < 16)
            value = value << 4 | digit_value(text[n++]);
        if (n == begin) return 0;
        mac.bytes[group] = static_cast<u8>(value);
    }
    const bool ends = n == text.size() || (!is_word(text[n]) && text[n] != ':');
    return ends ? n : 0;
}

// A word may have hyphens inside: tcp-syn.
usize word_length(TextView text) {
    const auto word_at = [&](usize i) { return i < text.size() && is_word(text[i]); };
    usize n = 0;
    while (word_at(n) || (n > 0 && n < text.size() && text[n] == '-' && word_at(n + 1))) n++;
    return n;
}

usize sign_length(TextView text) {
    for (const TextView sign : {"<<", ">>", "<=", ">=", "==", "!=", "&&", "||"}) {
        if (text.starts_with(sign)) return 2;
    }
    constexpr TextView kSingle = "()[]:/+-*%&|^<>=!";
    return kSingle.find(text.front()) != TextView::kEnd ? 1 : 0;
}

}  // namespace

Token Lexer::take(TokenKind kind, usize length) const {
    Token t;
    t.kind = kind;
    t.at = static_cast<u16>(at_);
    t.length = static_cast<u16>(length);
    t.text = rest().substr(0, length);
    return t;
}

Token Lexer::bad(usize length, const char* fault) const {
    Token t = take(TokenKind::Bad, length);
    t.fault = fault;
    return t;
}

Token Lexer::next() {
    while (at_ < text_.size() && is_blank(text_[at_])) at_++;
    if (at_ == text_.size()) return take(TokenKind::End, 0);
    Token t;
    MacAddr mac;
    const bool escaped = text_[at_] == '\\';
    const usize word = word_length(rest().substr(escaped));
    if (const usize length = mac_at(rest(), mac)) {
        t = take(TokenKind::Mac, length);
        t.mac = mac;
    } else if (is_digit(text_[at_])) {
        t = digits();
    } else if (word > 0) {
        t = take(TokenKind::Word, word + escaped);
        t.escaped = escaped;
        t.text.remove_prefix(escaped);
    } else if (const usize signs = sign_length(rest())) {
        t = take(TokenKind::Sign, signs);
    } else {
        t = bad(1, "this character has no meaning here");
    }
    at_ += t.length;
    return t;
}

// A number, or an address: numbers with points between them.
Token Lexer::digits() {
    usize n = 0, points = 0;
    for (; n < rest().size() && (is_word(rest()[n]) || rest()[n] == '.'); n++) points += rest()[n] == '.';
    const TextView text = rest().substr(0, n);
    return points ? address(text) : number(text);
}

Token Lexer::number(TextView text) const {
    const auto value = number_of(text);
    if (!value) return bad(text.size(), "this is no number");
    if (*value >> 32) return bad(text.size(), "this number has more than 32 bits");
    Token t = take(TokenKind::Number, text.size());
    t.value = static_cast<u32>(*value);
    return t;
}

Token Lexer::address(TextView text) const {
    Token t = take(TokenKind::Address, text.size());
    const usize whole = text.size();
    for (bool more = true; more;) {
        const usize point = text.find('.');
        const auto part = number_of(text.substr(0, point));
        if (!part || *part > 255 || t.bits == 32) return bad(whole, "this is no IPv4 address");
        t.value = t.value << 8 | static_cast<u32>(*part);
        t.bits = static_cast<u8>(t.bits + 8);
        more = point != TextView::kEnd;
        if (more) text.remove_prefix(point + 1);
    }
    t.value <<= 32 - t.bits;
    return t;
}

}  // namespace net::language
