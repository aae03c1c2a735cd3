#include "posix/inet6.h"

#include "posix/posix.h"

const in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

namespace posix {

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

// Groups of four hexadecimal digits; one :: stands for zeros; the last two groups may be an IPv4 address.
int parse_ip6(const char* text, in6_addr& address) {
    u16 group[8] = {};
    int n = 0, gap = -1;
    const char* p = text;
    if (p[0] == ':' && p[1] != ':') return 0;
    if (p[0] == ':') gap = 0, p += 2;
    while (*p && n < 8) {
        unsigned value = 0, ip4;
        const char* first = p;
        for (; hex_value(*p) >= 0 && p - first < 4; p++)
            value = value << 4 | static_cast<unsigned>(hex_value(*p));
        if (*p == '.' && n <= 6 && parse_ip(first, &ip4)) {
            group[n++] = static_cast<u16>(ip4 >> 16), group[n++] = static_cast<u16>(ip4);
            p = "";
            break;
        }
        if (p == first) return 0;
        group[n++] = static_cast<u16>(value);
        if (*p == '\0') break;
        if (*p++ != ':') return 0;
        if (*p == ':') {
            if (gap >= 0) return 0;
            gap = n, p++;
        } else if (*p == '\0') {
            return 0;
        }
    }
    if (*p || (gap < 0 ? n != 8 : n > 7)) return 0;
    const int zeros = gap < 0 ? 0 : 8 - n;
    for (int i = 0; i < 8; i++) {
        const bool in_gap = gap >= 0 && i >= gap && i < gap + zeros;
        address.s6_addr16[i] = in_gap ? 0 : htons(group[gap >= 0 && i >= gap ? i - zeros : i]);
    }
    return 1;
}

// RFC 5952: :: replaces the first of the longest runs of two or more zeros.
void ip6_text(const in6_addr& address, char (&text)[INET6_ADDRSTRLEN]) {
    int best = -1, longest = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && address.s6_addr16[i + n] == 0) n++;
        if (n > longest) longest = n, best = i;
    }
    char* p = text;
    char* const end = text + sizeof text;
    const bool ip4 = best == 0 && (longest == 6 || (longest == 5 && address.s6_addr16[5] == 0xffff));
    for (int i = 0; i < 8; i++) {
        if (i == best) {
            p += snprintf(p, static_cast<size_t>(end - p), "::");
            i += longest - 1;
        } else if (ip4 && i == 6) {
            char shown[16];
            ip_text(ntohl(address.s6_addr32[3]), shown);
            p += snprintf(p, static_cast<size_t>(end - p), "%s%s", p[-1] == ':' ? "" : ":", shown);
            break;
        } else {
            const bool first = i == 0 || p[-1] == ':';
            p += snprintf(p, static_cast<size_t>(end - p), "%s%x", first ? "" : ":",
                          ntohs(address.s6_addr16[i]));
        }
    }
}

}  // namespace posix
