// DNS messages (RFC 1035 section 4). This file uses neither the kernel nor the network, so host tests can run
// it.
//
//   | id | flags | 1 question | answers | 0 | 0 |  name, type, class  |  name, type, class, TTL, length, data
//   ...
#include "posix/dns.h"

namespace posix {
namespace {

constexpr u16 kClassInternet = 1;
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

// The length of the question for `name`, which it writes; 0: not a valid name.
usize put_question(u8* message, const char* name, DnsType type) {
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
    put_word(message + at, static_cast<u16>(type));
    put_word(message + at + 2, kClassInternet);
    return at + 4;
}

// The question must be ours: answers to other questions, and forged ones, are ignored.
bool is_answer_to(const DnsQuery& query, const u8* m, usize n) {
    if (n < query.length || word_at(m) != query.id || !(m[2] & 0x80) || word_at(m + 4) != 1) return false;
    for (usize i = kHeader; i < query.length; i++) {
        const u8 asked = query.message[i];
        const bool letter = (m[i] | 0x20) >= 'a' && (m[i] | 0x20) <= 'z';
        if (m[i] != asked && !(letter && (m[i] ^ asked) == 0x20)) return false;
    }
    return true;
}

// Calls take(at, length) for the data of each record of this type. Aliases (CNAME) are skipped: a recursive
// server includes what they lead to in the answer.
template <class Take>
int read_records(const DnsQuery& query, const u8* m, usize n, DnsType wanted, Take take) {
    constexpr u8 kNameError = 3;
    if (!is_answer_to(query, m, n)) return kNotTheAnswer;
    const u8 code = m[3] & 15;
    if (code == kNameError) return 0;
    if (code != 0) return kServerFailed;
    int found = 0;
    usize at = query.length;
    for (u16 left = word_at(m + 6); left > 0; left--) {
        at = skip_name(m, n, at);
        if (at == 0 || at + 10 > n) break;
        const u16 type = word_at(m + at), dns_class = word_at(m + at + 2), length = word_at(m + at + 8);
        at += 10;
        if (at + length > n) break;
        if (type == static_cast<u16>(wanted) && dns_class == kClassInternet) found += take(at, length);
        at += length;
    }
    return found;
}

// Copies the name at `at` as text. False: it does not end within the message, is longer than a name may be
// (so pointers in a circle end), or has bytes that no host name has.
bool copy_name(const u8* m, usize n, usize at, char* name) {
    usize length = 0;
    for (int pointers = 0; at < n && m[at] != 0;) {
        if ((m[at] & 0xc0) == 0xc0) {
            if (at + 2 > n || ++pointers > 64) return false;
            at = word_at(m + at) & 0x3fffu;
            continue;
        }
        const usize label = m[at++];
        if (at + label > n || length + label + 2 > kMaxHostName) return false;
        if (length) name[length++] = '.';
        for (usize i = 0; i < label; i++) {
            if (m[at] <= ' ' || m[at] >= 0x7f) return false;
            name[length++] = static_cast<char>(m[at++]);
        }
    }
    name[length] = '\0';
    return at < n && length > 0;
}

}  // namespace

void make_dns_query(DnsQuery& query, u16 id, const char* name, DnsType type) {
    query.id = id;
    __builtin_memset(query.message, 0, kHeader);
    put_word(query.message, id);
    query.message[2] = 1;  // recursion desired
    query.message[5] = 1;  // one question
    query.length = put_question(query.message, name, type);
}

int read_dns_addresses(const DnsQuery& query, const u8* m, usize n, u32 addresses[kMostAddresses]) {
    int found = 0;
    return read_records(query, m, n, DnsType::A, [&](usize at, usize length) {
        if (length != 4 || found == kMostAddresses) return false;
        __builtin_memcpy(&addresses[found++], m + at, 4);
        return true;
    });
}

int read_dns_name(const DnsQuery& query, const u8* m, usize n, char name[kMaxHostName]) {
    bool found = false;
    return read_records(query, m, n, DnsType::Ptr, [&](usize at, usize length) {
        if (found || length == 0) return false;
        return found = copy_name(m, n, at, name);
    });
}

}  // namespace posix
