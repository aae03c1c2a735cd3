/* The definitions that xv6's network lab (2019-2021) gives its programs: byte order, and the parts of a DNS
 * message (RFC 1035, chapter 4). Sockets are in user/user.h: connect(). */
#pragma once

#include "kernel/types.h"

static inline uint16 bswaps(uint16 value) { return __builtin_bswap16(value); }
static inline uint32 bswapl(uint32 value) { return __builtin_bswap32(value); }
#define htons bswaps
#define ntohs bswaps
#define htonl bswapl
#define ntohl bswapl

#define IPPROTO_ICMP 1
#define IPPROTO_TCP  6
#define IPPROTO_UDP  17

#define MAKE_IP_ADDR(a, b, c, d) \
    (((uint32)(a) << 24) | ((uint32)(b) << 16) | ((uint32)(c) << 8) | (uint32)(d))

/* 4.1.1: the header. Bit fields begin at the lowest bit of each byte. */
struct dns {
    uint16 id;
    uint8 rd : 1, tc : 1, aa : 1, opcode : 4, qr : 1;
    uint8 rcode : 4, cd : 1, ad : 1, z : 1, ra : 1;
    uint16 qdcount, ancount, nscount, arcount;
} __attribute__((packed));

/* 4.1.2: follows the name in a question. */
struct dns_question {
    uint16 qtype;
    uint16 qclass;
} __attribute__((packed));

#define ARECORD 0x0001
#define QCLASS  0x0001

/* 4.1.3: follows the name in an answer; `len` bytes of data follow it. */
struct dns_data {
    uint16 type;
    uint16 class;
    uint32 ttl;
    uint16 len;
} __attribute__((packed));
