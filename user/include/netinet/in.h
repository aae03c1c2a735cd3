/* POSIX: IPv4 addresses and ports, in network byte order. */
#pragma once
#pragma GCC system_header /* unions without names are not C99 */

#include "sys/socket.h"

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

#define INADDR_ANY       ((in_addr_t)0x00000000)
#define INADDR_LOOPBACK  ((in_addr_t)0x7f000001) /* before htonl() */
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE      ((in_addr_t)0xffffffff)
#define INET_ADDRSTRLEN  16
#define IPPORT_RESERVED  1024

/* IPv6's names, for programs that support both: socket() fails with EAFNOSUPPORT. */
#define INET6_ADDRSTRLEN 46
#define IPPROTO_IPV6     41
#define IPPROTO_ICMPV6   58
#define IPV6_V6ONLY      26
struct in6_addr {
    union {
        uint8_t s6_addr[16];
        uint16_t s6_addr16[8];
        uint32_t s6_addr32[4];
    };
};
struct sockaddr_in6 {
    sa_family_t sin6_family;
    in_port_t sin6_port;
    uint32_t sin6_flowinfo;
    struct in6_addr sin6_addr;
    uint32_t sin6_scope_id;
};
struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr;
    unsigned ipv6mr_interface;
};
#define IN6ADDR_ANY_INIT \
    {                    \
        {                \
            { 0 }        \
        }                \
    }
#define IN6ADDR_LOOPBACK_INIT                                  \
    {                                                          \
        {                                                      \
            { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } \
        }                                                      \
    }
#ifdef __cplusplus
extern "C" {
#endif
extern const struct in6_addr in6addr_any, in6addr_loopback;
#ifdef __cplusplus
}
#endif
#define NX6_IN6_FIRST(a)           ((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0)
#define IN6_IS_ADDR_UNSPECIFIED(a) (NX6_IN6_FIRST(a) && (a)->s6_addr32[2] == 0 && (a)->s6_addr32[3] == 0)
#define IN6_IS_ADDR_LOOPBACK(a)    (NX6_IN6_FIRST(a) && (a)->s6_addr32[2] == 0 && (a)->s6_addr32[3] == htonl(1))
#define IN6_IS_ADDR_V4MAPPED(a)    (NX6_IN6_FIRST(a) && (a)->s6_addr32[2] == htonl(0xffff))
#define IN6_IS_ADDR_MULTICAST(a)   ((a)->s6_addr[0] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a)   ((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_ARE_ADDR_EQUAL(a, b)   (__builtin_memcmp((a), (b), sizeof(struct in6_addr)) == 0)

#define IN_CLASSA(a)    (((in_addr_t)(a)&0x80000000) == 0)
#define IN_CLASSB(a)    (((in_addr_t)(a)&0xc0000000) == 0x80000000)
#define IN_CLASSC(a)    (((in_addr_t)(a)&0xe0000000) == 0xc0000000)
#define IN_MULTICAST(a) (((in_addr_t)(a)&0xf0000000) == 0xe0000000) /* all in host byte order */

#define htons(n) ((uint16_t)__builtin_bswap16((uint16_t)(n)))
#define ntohs(n) ((uint16_t)__builtin_bswap16((uint16_t)(n)))
#define htonl(n) ((uint32_t)__builtin_bswap32((uint32_t)(n)))
#define ntohl(n) ((uint32_t)__builtin_bswap32((uint32_t)(n)))
