// DNS messages (RFC 1035 section 4). This file uses neither the kernel nor the network, so host tests can run
// it.
//
//   | id | flags | 1 question | answers | 0 | 0 |  name, type, class  |  name, type, class, TTL, length, data
//   ...
#include "posix/dns.h"

namespace posix {
namespace {

constexpr u16 kTypeA = 1, kClassInternet = 1;
constexpr usize kHeader = 12;

u16 word_at(const u8* p) { return static_cast<u16>(p[0] << 8 | p[1]); }
void put_word(u8* p, u16 v) { p[0] = static_cast<u8>(v >> 8), p[1] = static_cast<u8>(v); }

// The offset behind the name at `at`; 0: it does not end within the message. A pointer ends a name.
usize skip_name(const u8* m, usize n, usize at) {
    while (at < n) {
        if (m[at] == 0) return at + 1;
        if ((m[at] & 0xc0) == 0xc0) return at + 2 <= n ? at + 2 : 0;
        at += m[at] + 1u;
    }
    return 0;
}

}  // namespace

usize make_dns_query(u8* message, u16 id, const char* name) {
    for (usize i = 0; i < kHeader; i++) message[i] = 0;
    put_word(message, id);
    message[2] = 1;  // recursion desired
    message[5] = 1;  // one question
    usize at = kHeader;
    while (*name) {
        const usize label = at++;
        usize length = 0;
        for (; *name && *name != '.'; length++) {
            if (length == 63 || at > kHeader + 253) return 0;
            message[at++] = static_cast<u8>(*name++);
        }
        if (length == 0) return 0;
        message[label] = static_cast<u8>(length);
        if (*name == '.') name++;
    }
    if (at == kHeader) return 0;
    message[at++] = 0;
    put_word(message + at, kTypeA);
    put_word(message + at + 2, kClassInternet);
    return at + 4;
}

// The question must be ours: answers to other questions, and forged ones, are ignored.
static bool is_answer_to(const u8* m, usize n, u16 id, const u8* query, usize query_length) {
    if (n < query_length || word_at(m) != id || !(m[2] & 0x80) || word_at(m + 4) != 1) return false;
    for (usize i = kHeader; i < query_length; i++) {
        const bool letter = (m[i] | 0x20) >= 'a' && (m[i] | 0x20) <= 'z';
        if (m[i] != query[i] && !(letter && (m[i] ^ query[i]) == 0x20)) return false;
    }
    return true;
}

int read_dns_answer(const u8* m, usize n, u16 id, const u8* query, usize query_length,
                    u32 addresses[kMostAddresses]) {
    constexpr u8 kNameError = 3;
    if (!is_answer_to(m, n, id, query, query_length)) return -1;
    const u8 code = m[3] & 15;
    if (code == kNameError) return 0;
    if (code != 0) return -2;
    int found = 0;
    usize at = query_length;
    for (u16 left = word_at(m + 6); left > 0; left--) {
        at = skip_name(m, n, at);
        if (at == 0 || at + 10 > n) break;
        const u16 type = word_at(m + at), dns_class = word_at(m + at + 2), length = word_at(m + at + 8);
        at += 10;
        if (at + length > n) break;
        // Aliases (CNAME) are skipped: a recursive server includes their addresses in the answer.
        if (type == kTypeA && dns_class == kClassInternet && length == 4 && found < kMostAddresses) {
            __builtin_memcpy(&addresses[found++], m + at, 4);
        }
        at += length;
    }
    return found;
}

}  // namespace posix
