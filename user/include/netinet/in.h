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

#define htons(n) ((uint16_t)__builtin_bswap16((uint16_t)(n)))
#define ntohs(n) ((uint16_t)__builtin_bswap16((uint16_t)(n)))
#define htonl(n) ((uint32_t)__builtin_bswap32((uint32_t)(n)))
#define ntohl(n) ((uint32_t)__builtin_bswap32((uint32_t)(n)))
