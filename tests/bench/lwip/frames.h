/* The frames that arrive, built byte by byte, with correct checksums. */
#pragma once

#include <stdint.h>
#include <string.h>

static const uint8_t OUR_MAC[6] = {2, 0, 0, 0, 0, 1}, PEER_MAC[6] = {2, 0, 0, 0, 0, 9};
static const uint8_t OURS[4] = {10, 0, 0, 1}, PEER[4] = {10, 0, 0, 9};
enum { ETHER = 14, IP = 20, UDP = 8, TCP = 20, SYN = 2, ACK = 16, PSH = 8, MORE_FRAGMENTS = 0x2000 };

static inline void put16(uint8_t* p, unsigned v) { p[0] = (uint8_t)(v >> 8), p[1] = (uint8_t)v; }
static inline void put32(uint8_t* p, uint32_t v) { put16(p, v >> 16), put16(p + 2, v & 0xffff); }
static inline unsigned get16(const uint8_t* p) { return (unsigned)(p[0] << 8 | p[1]); }
static inline uint32_t get32(const uint8_t* p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }

static inline uint32_t sum_of(const uint8_t* p, int n, uint32_t sum) {
    for (int i = 0; i < n; i++) sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    return sum;
}
static inline unsigned fold(uint32_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* The Ethernet and IP headers; returns where the payload of n bytes belongs. */
static inline uint8_t* make_ip(uint8_t* f, int protocol, int n, unsigned flags_offset) {
    uint8_t* h = f + ETHER;
    memcpy(f, OUR_MAC, 6), memcpy(f + 6, PEER_MAC, 6), put16(f + 12, 0x0800);
    memset(h, 0, IP);
    h[0] = 0x45, put16(h + 2, (unsigned)(IP + n)), put16(h + 4, 7), put16(h + 6, flags_offset);
    h[8] = 64, h[9] = (uint8_t)protocol;
    memcpy(h + 12, PEER, 4), memcpy(h + 16, OURS, 4);
    put16(h + 10, ~fold(sum_of(h, IP, 0)) & 0xffff);
    return h + IP;
}

/* The sum of a pseudo header and of n bytes. */
static inline unsigned transport_sum(const uint8_t* p, int protocol, int n) {
    return fold(sum_of(p, n, sum_of(PEER, 4, sum_of(OURS, 4, (uint32_t)(protocol + n)))));
}

/* A UDP datagram without a frame around it. */
static inline void make_datagram(uint8_t* u, int size, unsigned to) {
    put16(u, PEER_PORT), put16(u + 2, to), put16(u + 4, (unsigned)(UDP + size)), put16(u + 6, 0);
    for (int i = 0; i < size; i++) u[UDP + i] = (uint8_t)(i * 7 + 3);
    put16(u + 6, ~transport_sum(u, 17, UDP + size) & 0xffff);
}

/* Returns the frame's length, as the next one. */
static inline int make_udp(uint8_t* f, int size, unsigned to) {
    make_datagram(make_ip(f, 17, UDP + size, 0), size, to);
    return ETHER + IP + UDP + size;
}

static inline int make_tcp(uint8_t* f, int size, unsigned from, unsigned to, uint32_t seq, uint32_t ack,
                           int flags) {
    uint8_t* t = make_ip(f, 6, TCP + size, 0);
    memset(t, 0, TCP);
    put16(t, from), put16(t + 2, to), put32(t + 4, seq), put32(t + 8, ack);
    t[12] = 0x50, t[13] = (uint8_t)flags, put16(t + 14, 65535);
    for (int i = 0; i < size; i++) t[TCP + i] = (uint8_t)(i * 7 + 3);
    put16(t + 16, ~transport_sum(t, 6, TCP + size) & 0xffff);
    return ETHER + IP + TCP + size;
}

/* Changes a frame of make_tcp() and its checksum (RFC 1624). */
static inline void set_tcp(uint8_t* f, unsigned from, uint32_t seq, uint32_t ack) {
    uint8_t new_[12], *t = f + ETHER + IP;
    memcpy(new_, t, sizeof new_);
    put16(new_, from), put32(new_ + 4, seq), put32(new_ + 8, ack);
    uint32_t sum = ~get16(t + 16) & 0xffff;
    for (int i = 0; i < (int)sizeof new_; i += 2) sum += (~get16(t + i) & 0xffff) + get16(new_ + i);
    memcpy(t, new_, sizeof new_);
    put16(t + 16, ~fold(sum) & 0xffff);
}

/* An ARP request of the peer for our address. */
static inline int make_arp(uint8_t* f) {
    static const uint8_t kinds[] = {0, 1, 8, 0, 6, 4, 0, 1};
    memset(f, 0xff, 6), memcpy(f + 6, PEER_MAC, 6), put16(f + 12, 0x0806);
    memcpy(f + 14, kinds, 8), memcpy(f + 22, PEER_MAC, 6), memcpy(f + 28, PEER, 4);
    memset(f + 32, 0, 6), memcpy(f + 38, OURS, 4), memset(f + 42, 0, 18);
    return 60;
}
