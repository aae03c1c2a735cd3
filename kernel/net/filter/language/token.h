// The words and signs of the filter language.
#pragma once

#include "lib/text_view.h"

#include "net/wire/addr.h"

namespace net::language {

enum class TokenKind : u8 {
    End,
    Number,   // 80, 0x50, 0120
    Address,  // 10.0.2.15, or the beginning of one: 10.0.2
    Mac,      // 52:54:00:12:34:56
    Word,     // tcp, tcp-syn; with a backslash before it, a name and no keyword: \tcp
    Sign,     // ( [ + == && ...
    Bad,      // what is none of these
};

struct Token {
    TokenKind kind = TokenKind::End;
    bool escaped = false;    // a Word with a backslash
    u8 bits = 0;             // of an Address: how many of `value`, from the left, were given
    u16 at = 0, length = 0;  // its place in the expression
    u32 value = 0;           // of a Number or an Address
    MacAddr mac = {};
    TextView text;                // of a Word (without the backslash) or a Sign
    const char* fault = nullptr;  // of Bad: the reason

    bool is(TextView t) const {
        return (kind == TokenKind::Word || kind == TokenKind::Sign) && !escaped && text == t;
    }
};

}  // namespace net::language
