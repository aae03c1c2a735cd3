/* Sockets and counters as programs see them. Plain C.
 *
 * A UDP socket (connect) and a ping socket (pingopen) are file descriptors. One write sends one datagram, one
 * read takes one; what does not fit into the reader's buffer is discarded, as with recv().
 *
 *   connect(ip, lport, rport)  a UDP socket that talks to one remote port. lport 0 picks a free one.
 *   pingopen(ip)               a ping socket: a write of n bytes sends an ICMP echo request with these n
 * bytes as its data and the next sequence number: 1, 2, 3, ... A read yields one reply to a request of this
 * socket: a struct ping_reply, then the data that came back. settimeout(fd, ms)         how long a read of
 * this socket waits before it fails with ETIMEDOUT; 0: for ever.
 *
 * Addresses are numbers: 10.0.2.2 is 0x0a000202.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* The most bytes one write can send: 65535 less 20 of IPv4 and 8 of UDP or ICMP header. What one frame
 * carries is less: a 1500-byte MTU less these headers. More than that goes in fragments. */
enum { UDP_MAX_PAYLOAD = 65507, PING_MAX_PAYLOAD = 65507, FRAME_MAX_PAYLOAD = 1472 };

/* How many datagrams wait in a socket for their reader before the newest are dropped; a large one counts as
 * many as it came in fragments. */
enum { SOCKET_QUEUE_LIMIT = 256 };

/* In front of the data of each echo reply that is read from a ping socket. In the machine's byte order. */
struct ping_reply {
    unsigned short sequence; /* of the request that this answers: the first write had 1 */
    unsigned char ttl;       /* the reply's IPv4 time to live on arrival */
    unsigned char pad;       /* 0 */
};

/* netstats(): everything the network stack counts since boot; the meanings are in net_stats.def. */
struct net_stats {
#define COUNTER(name, meaning) unsigned long name;
#include "net_stats.def"
#undef COUNTER
};

#ifdef __cplusplus
}
#endif
