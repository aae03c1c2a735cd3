/* Control of packet channels: the requests of the network control descriptor. The kernel opens it for init
 * (descriptor 3), which passes it on to netd; it has no name in the file system. Plain C. IPv4 addresses and
 * ports are in host byte order.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct bpf_insn; /* abi/bpf.h */

/* In init, and in netd, which closes NETCTL_READY, init's end of a pipe, when programs can connect. */
enum { NETCTL_DESCRIPTOR = 3, NETCTL_READY = 4 };

/* Makes a channel. Returns its descriptor in `fd`. ENODEV (no such interface), EINVAL (slots is no power of
 * two or too large), ENOMEM, ENFILE and EMFILE, EAGAIN (all channels together would have too much memory). */
struct netctl_create {
    int interface;
    unsigned int slots, buffers;
    unsigned int flags; /* NETCTL_RAW */
    int owner;          /* pid for which it is made: its memory is accounted to this process. 0: the caller */
    int fd;
};
enum { NETCTL_RAW = 1 }; /* no transmit check: any frame may be sent */

/* Gives the channel a flow: what arrives for this protocol, address and port, and perhaps only from one
 * remote end. It also allows to send from there. EADDRINUSE (a socket or another channel has it), EEXIST
 * (this channel has it already), EINVAL, EADDRNOTAVAIL (not our address), ENOSPC (the channel has too many
 * flows), ENOMEM. */
struct netctl_flow {
    int channel;                 /* its descriptor */
    int protocol;                /* IPPROTO_TCP, IPPROTO_UDP */
    unsigned int local_address;  /* 0: all addresses of the interface */
    unsigned short local_port;   /* claim: 0 selects a free one, which is returned */
    unsigned short remote_port;  /* 0: any */
    unsigned int remote_address; /* 0: any */
};

/* Gives the channel copies of the frames that a filter accepts. `what`: NETCTL_* below. Instead of a program,
 * `count` 0 means all frames. `words` describes the filter for netstat. EINVAL (the program is not valid),
 * ENOSPC, ENOMEM. */
struct netctl_filter {
    int channel;
    unsigned int what;
    const struct bpf_insn* program;
    unsigned int count;
    char words[60];
};
enum {
    NETCTL_RECEIVED = 1,  /* of the frames received */
    NETCTL_SENT = 2,      /* of the frames sent, by anyone */
    NETCTL_UNCLAIMED = 4, /* only of those received that neither a flow nor the kernel's stack wanted */
};

#define NETCTL_CREATE  0x4e10 /* struct netctl_create* */
#define NETCTL_CLAIM   0x4e11 /* struct netctl_flow* */
#define NETCTL_RELEASE 0x4e12 /* struct netctl_flow*. ENOENT: no such flow. EPERM: another channel has it */
#define NETCTL_FILTER  0x4e13 /* struct netctl_filter* */

#ifdef __cplusplus
}
#endif
