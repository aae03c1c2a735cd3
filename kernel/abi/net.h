/* Simple sockets (the lab's calls) and network counters. Plain C.
 *
 * connect() and pingopen() return file descriptors. One write sends one datagram; one read receives one.
 * Bytes that do not fit into the reader's buffer are discarded, as with recv().
 *
 *   connect(ip, lport, rport)  opens a UDP socket for one remote port. lport 0 picks a free port.
 *
 *   pingopen(ip)               opens a ping socket. A write of n bytes sends an ICMP echo request with these
 * n bytes as data and the next sequence number: 1, 2, 3, ... A read returns one reply to a request of this
 * socket: a struct ping_reply, then the reply's data.
 *
 *   settimeout(fd, ms)         a read of this socket fails with ETIMEDOUT after this time; 0: never.
 *
 * IPv4 addresses are in host byte order: 10.0.2.2 is 0x0a000202.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* The maximum of one write: 65535 bytes minus the headers of IPv4 (20) and UDP or ICMP (8). One frame carries
 * the 1500-byte MTU minus these headers; longer datagrams are fragmented. */
enum { UDP_MAX_PAYLOAD = 65507, PING_MAX_PAYLOAD = 65507, FRAME_MAX_PAYLOAD = 1472 };

/* The maximum of a socket's receive queue. Further datagrams are dropped. A reassembled datagram counts once
 * for each of its fragments. */
enum { SOCKET_QUEUE_LIMIT = 256 };

/* Precedes the data of each echo reply that a ping socket returns. In host byte order. */
struct ping_reply {
    unsigned short sequence; /* of the request: 1 for the first write */
    unsigned char ttl;       /* the reply's IPv4 TTL */
    unsigned char pad;       /* 0 */
};

/* netstats(): the network stack's counters since boot; net_stats.def explains each. */
struct net_stats {
#define COUNTER(name, meaning) unsigned long name;
#include "net_stats.def"
#undef COUNTER
};

#ifdef __cplusplus
}
#endif
