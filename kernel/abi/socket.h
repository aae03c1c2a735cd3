/* Constants and structs of the POSIX socket calls, with Linux's values. Plain C.
 *
 * A sockaddr_in has its address and port in network byte order. */
#pragma once

#include "abi/tcp_info.h"
#include "abi/uio.h"

#define AF_UNSPEC 0
#define AF_UNIX   1
#define AF_INET   2
#define AF_VSOCK  40

/* socket(): the type, optionally with flags */
#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK  0x800
#define SOCK_CLOEXEC   0x80000 /* exec() closes the descriptor */

#define IPPROTO_IP   0
#define IPPROTO_ICMP 1 /* SOCK_DGRAM: echo requests and replies, each with its ICMP header */
#define IPPROTO_TCP  6
#define IPPROTO_UDP  17

struct sockaddr {
    unsigned short sa_family; /* AF_* */
    char sa_data[14];
};

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
#define MSG_OOB          0x1
#define MSG_PEEK         0x2        /* leave the data in the queue */
#define MSG_CTRUNC       0x8        /* recvmsg, in msg_flags: control data did not fit and was dropped */
#define MSG_TRUNC        0x20       /* recv: return the datagram's full length, even if it was truncated */
#define MSG_DONTWAIT     0x40       /* fail with EAGAIN instead of blocking */
#define MSG_EOR          0x80       /* SOCK_SEQPACKET: this message ends a record */
#define MSG_WAITALL      0x100      /* a stream: wait until all n bytes have arrived */
#define MSG_NOSIGNAL     0x4000     /* accepted without effect: there are no signals */
#define MSG_CMSG_CLOEXEC 0x40000000 /* recvmsg: exec() closes the received descriptors */

/* shutdown() */
#define SHUT_RD   0
#define SHUT_WR   1
#define SHUT_RDWR 2

#define SOMAXCONN 4096

/* setsockopt(), getsockopt(): level SOL_SOCKET. The value is an int, unless noted. */
#define SOL_SOCKET    1
#define SO_REUSEADDR  2
#define SO_TYPE       3 /* get only */
#define SO_ERROR      4 /* get only: the pending error, which is cleared */
#define SO_BROADCAST  6
#define SO_SNDBUF     7
#define SO_RCVBUF     8
#define SO_KEEPALIVE  9
#define SO_LINGER     13 /* struct linger */
#define SO_REUSEPORT  15 /* the same as SO_REUSEADDR: two listeners cannot share a port */
#define SO_PEERCRED   17 /* get only; AF_UNIX: struct ucred of the peer */
#define SO_RCVTIMEO   20 /* struct timeval; 0: no timeout */
#define SO_SNDTIMEO   21 /* struct timeval */
#define SO_ACCEPTCONN 30 /* get only */
#define SO_PROTOCOL   38 /* get only */
#define SO_DOMAIN     39 /* get only */

/* level IPPROTO_IP */
#define IP_TOS           1
#define IP_TTL           2
#define IP_MTU_DISCOVER  10 /* IP_PMTUDISC_* */
#define IP_RECVERR       11 /* ICMP sockets: also receive ICMP errors about a request */
#define IP_MTU           14 /* get only: the known path MTU to the peer */
#define IP_PMTUDISC_DONT 0  /* DF is clear: routers may fragment. The default of datagram sockets */
#define IP_PMTUDISC_WANT 1  /* DF is set; datagrams above the path MTU are fragmented, with DF clear */
#define IP_PMTUDISC_DO   2  /* DF is set; EMSGSIZE for datagrams above the path MTU */

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

/* SO_PEERCRED. There are no users: uid and gid are 0; of a socket without peer the pid is 0, and both are -1.
 */
struct ucred {
    int pid; /* that called connect(), listen() or socketpair() */
    unsigned int uid, gid;
};

/* sendmsg() and recvmsg() */
struct msghdr {
    void* msg_name; /* null: none */
    unsigned int msg_namelen;
    struct iovec* msg_iov;
    unsigned long msg_iovlen;
    void* msg_control; /* struct cmsghdrs, each at a multiple of 8 bytes */
    unsigned long msg_controllen;
    int msg_flags; /* recvmsg: MSG_TRUNC, MSG_CTRUNC */
};

/* Control data: this header, then the data. */
struct cmsghdr {
    unsigned long cmsg_len; /* bytes, including the header */
    int cmsg_level;         /* SOL_SOCKET */
    int cmsg_type;
};
#define SCM_RIGHTS 1 /* an array of descriptors (int); AF_UNIX only */
#define SCM_MAX_FD 253
