// Addresses as text.
#include "arpa/inet.h"

#include "posix/inet6.h"
#include "posix/posix.h"

extern "C" {

int inet_pton(int family, const char* text, void* address) {
    uint32 ip;
    if (family == AF_INET6) return posix::parse_ip6(text, *static_cast<in6_addr*>(address));
    if (family != AF_INET) return errno = EAFNOSUPPORT, -1;
    if (!parse_ip(text, &ip)) return 0;
    ip = htonl(ip);
    memcpy(address, &ip, sizeof ip);
    return 1;
}

const char* inet_ntop(int family, const void* address, char* text, socklen_t size) {
    char whole[INET6_ADDRSTRLEN];
    if (family == AF_INET6) {
        posix::ip6_text(*static_cast<const in6_addr*>(address), whole);
    } else if (family == AF_INET) {
        uint32 ip;
        memcpy(&ip, address, sizeof ip);
        ip_text(ntohl(ip), whole);
    } else {
        return errno = EAFNOSUPPORT, nullptr;
    }
    if (strlen(whole) >= size) return errno = ENOSPC, nullptr;
    return strcpy(text, whole);
}

int inet_aton(const char* text, struct in_addr* address) { return inet_pton(AF_INET, text, address) == 1; }

in_addr_t inet_addr(const char* text) {
    struct in_addr a;
    return inet_aton(text, &a) ? a.s_addr : INADDR_NONE;
}

char* inet_ntoa(struct in_addr address) {
    static char text[INET_ADDRSTRLEN];
    return ip_text(ntohl(address.s_addr), text);
}

}  // extern "C"
