/* The socket calls' numbers and structs, as POSIX names them; the values are Linux's. Plain C.
 *
 * Addresses and ports in a sockaddr_in are in network byte order. */
#pragma once

#include "abi/tcp_info.h"

#define AF_UNSPEC 0
#define AF_INET   2

/* socket(): the type, perhaps with SOCK_NONBLOCK */
#define SOCK_STREAM   1
#define SOCK_DGRAM    2
#define SOCK_RAW      3
#define SOCK_NONBLOCK 0x800
#define SOCK_CLOEXEC  0x80000 /* taken, and without effect: exec() keeps every descriptor */

#define IPPROTO_IP   0
#define IPPROTO_ICMP 1 /* SOCK_DGRAM: echo requests and what comes back, each with its ICMP header */
#define IPPROTO_TCP  6
#define IPPROTO_UDP  17

struct in_addr {
    unsigned int s_addr; /* network byte order */
};

struct sockaddr_in {
    unsigned short sin_family; /* AF_INET */
    unsigned short sin_port;   /* network byte order */
    struct in_addr sin_addr;
    unsigned char sin_zero[8];
};

/* send() and recv() */
#define MSG_OOB      0x1
#define MSG_PEEK     0x2    /* look at the data, do not take them */
#define MSG_TRUNC    0x20   /* recv: the datagram's whole length is returned, even if it is more than fits */
#define MSG_DONTWAIT 0x40   /* EAGAIN instead of waiting */
#define MSG_WAITALL  0x100  /* a stream: wait until all n bytes are there */
#define MSG_NOSIGNAL 0x4000 /* there are no signals: always so */

/* shutdown() */
#define SHUT_RD   0
#define SHUT_WR   1
#define SHUT_RDWR 2

#define SOMAXCONN 4096

/* setsockopt(), getsockopt(): level SOL_SOCKET. An int, unless said otherwise. */
#define SOL_SOCKET    1
#define SO_REUSEADDR  2
#define SO_TYPE       3 /* get only */
#define SO_ERROR      4 /* get only: the pending error, which is then no longer pending */
#define SO_BROADCAST  6
#define SO_SNDBUF     7
#define SO_RCVBUF     8
#define SO_KEEPALIVE  9
#define SO_LINGER     13 /* struct linger */
#define SO_REUSEPORT  15 /* taken for SO_REUSEADDR: two listeners do not share a port */
#define SO_RCVTIMEO   20 /* struct timeval; 0: wait for ever */
#define SO_SNDTIMEO   21 /* struct timeval */
#define SO_ACCEPTCONN 30 /* get only */
#define SO_PROTOCOL   38 /* get only */

/* level IPPROTO_IP */
#define IP_TOS           1
#define IP_TTL           2
#define IP_MTU_DISCOVER  10 /* IP_PMTUDISC_* */
#define IP_RECVERR       11 /* ICMP sockets: errors that routers send about a request are received too */
#define IP_MTU           14 /* to ask for only: the MTU of the path to the peer, as far as it is known */
#define IP_PMTUDISC_DONT 0  /* DF is not set: routers may fragment. The default of datagram sockets */
#define IP_PMTUDISC_WANT 1  /* DF is set; what does not fit the path's MTU goes in fragments without it */
#define IP_PMTUDISC_DO   2  /* DF is set: EMSGSIZE for what does not fit the path's MTU */

/* level IPPROTO_TCP */
#define TCP_NODELAY      1
#define TCP_MAXSEG       2
#define TCP_CORK         3
#define TCP_KEEPIDLE     4 /* seconds */
#define TCP_KEEPINTVL    5 /* seconds */
#define TCP_KEEPCNT      6
#define TCP_INFO         11 /* get only: struct tcp_info */
#define TCP_CONGESTION   13 /* a name: "newreno" or "cubic" */
#define TCP_USER_TIMEOUT 18 /* milliseconds */

struct linger {
    int l_onoff;
    int l_linger; /* seconds */
};

/* POSIX's struct timeval */
struct sock_timeval {
    long tv_sec;
    long tv_usec;
};
