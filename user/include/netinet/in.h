/* POSIX: IPv4 addresses and ports, in network byte order. */
#pragma once

#include "sys/socket.h"

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

#define INADDR_ANY       ((in_addr_t)0x00000000)
#define INADDR_LOOPBACK  ((in_addr_t)0x7f000001) /* before htonl() */
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE      ((in_addr_t)0xffffffff)
#define INET_ADDRSTRLEN  16
#define IPPORT_RESERVED  1024

/* IPv6's names, for programs that support both; no call accepts or returns such an address. */
#define INET6_ADDRSTRLEN 46
#define IPPROTO_IPV6     41
#define IPV6_V6ONLY      26
struct in6_addr {
    uint8_t s6_addr[16];
};
struct sockaddr_in6 {
    sa_family_t sin6_family;
    in_port_t sin6_port;
    uint32_t sin6_flowinfo;
    struct in6_addr sin6_addr;
    uint32_t sin6_scope_id;
};

#define htons(n) ((uint16_t)__builtin_bswap16((uint16_t)(n)))
#define ntohs(n) ((uint16_t)__builtin_bswap16((uint16_t)(n)))
#define htonl(n) ((uint32_t)__builtin_bswap32((uint32_t)(n)))
#define ntohl(n) ((uint32_t)__builtin_bswap32((uint32_t)(n)))
