/* netlist(what, first, entries, n): routes, neighbours, sockets and channels. Plain C. IPv4 addresses in host
 * byte order: 10.0.2.15 is 0x0a00020f.
 *
 * Fills an array of n entries with those from index `first` on, and returns how many there are; fewer than n:
 * the list ends there. If the list changes between two calls, or during one, an entry may be missing or come
 * twice. But one call for all sockets misses none that is there all the time. */
#pragma once

#include "abi/channel.h"
#include "abi/un.h"

enum {
    NETLIST_ROUTE = 1, /* struct route_entry, best route first */
    NETLIST_NEIGHBOUR, /* struct neighbour_entry */
    NETLIST_SOCKET,    /* struct socket_entry */
    NETLIST_CHANNEL,   /* struct channel_entry */
    NETLIST_CLAIM,     /* struct claim_entry: the claims of all channels */
};

struct route_entry {
    unsigned int to;      /* the network's address */
    unsigned int gateway; /* 0: directly connected */
    unsigned short prefix_length;
    unsigned short metric;
    char interface[8];
};

/* setroute(what, route). An empty interface name selects the interface whose network contains the gateway. */
enum { ROUTE_ADD = 1, ROUTE_DELETE };

enum { NEIGHBOUR_INCOMPLETE = 1, NEIGHBOUR_REACHABLE, NEIGHBOUR_PROBE };
struct neighbour_entry {
    unsigned int addr;
    unsigned char mac[6];
    unsigned char state; /* NEIGHBOUR_* */
    unsigned char pad;
    char interface[8];
};

/* A socket of any address family: what all have, then what only one protocol has. */
struct socket_entry {
    unsigned short family;                /* AF_* */
    unsigned char type;                   /* SOCK_* */
    unsigned char protocol;               /* AF_INET: IPPROTO_*; else 0 */
    unsigned char state;                  /* streams: TCP_* of abi/tcp_info.h; else 0 */
    unsigned char pad[3];                 /* 0 */
    unsigned int local, remote;           /* AF_INET: addresses; 0: any. AF_UNIX: numbers of both ends */
    unsigned int local_port, remote_port; /* AF_INET: 0: any */
    unsigned int receive_queue; /* streams: bytes; listeners: connections to accept; else datagrams */
    unsigned int send_queue;    /* streams: bytes not yet acknowledged; listeners: the backlog */
    int pid;                    /* the lowest pid that has it open; 0: no process has */
    struct {
        unsigned char timer;       /* TCP_TIMER_*, abi/tcp_info.h */
        unsigned char retransmits; /* consecutive, of the oldest unacknowledged segment */
        unsigned char pad[2];      /* 0 */
        unsigned int rto_us;       /* the retransmission timeout */
        unsigned int timer_us;     /* time until the timer expires */
    } tcp;
    struct {
        unsigned int credit; /* bytes that may be sent now */
        unsigned int window; /* bytes that the peer may send now */
    } vsock;
    char path[UNIX_PATH_MAX]; /* AF_UNIX: its name, or else its peer's; padded with zeros */
};

/* A packet channel. */
struct channel_entry {
    unsigned long id;
    int pid;   /* the lowest pid that has it open; 0: no process has */
    int owner; /* the pid to which its memory is accounted */
    char interface[8];
    unsigned int bytes, slots, buffers;
    unsigned int receive_posted;  /* buffers that are lent for frames to come */
    unsigned int transmit_posted; /* frames not yet taken */
    unsigned int flows;
    unsigned int shut; /* 1: the program has posted something impossible */
    struct channel_counters counters;
};

/* What a channel gets: the frames of a flow, or copies that a filter selects. */
struct claim_entry {
    unsigned long channel;                  /* its id */
    unsigned char protocol;                 /* flows: IPPROTO_*. 0: it is a filter */
    unsigned char what;                     /* filters: NETCTL_RECEIVED ... of abi/netctl.h */
    unsigned short local_port, remote_port; /* flows; 0: any */
    unsigned int local, remote;             /* flows; 0: any */
    char words[60];                         /* filters: the description that came with it */
};
