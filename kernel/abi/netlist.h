/* What the network stack knows, one entry a call: netlist(what, index, entry). Plain C. Addresses as numbers:
 * 10.0.2.15 is 0x0a00020f. Entries may come and go between two calls. */
#pragma once

enum {
    NETLIST_ROUTE = 1, /* struct route_entry, in the order of preference */
    NETLIST_NEIGHBOUR, /* struct neighbour_entry */
    NETLIST_SOCKET     /* struct socket_entry */
};

struct route_entry {
    unsigned int to;      /* the network's address */
    unsigned int gateway; /* 0: the destinations are on the link itself */
    unsigned short prefix_length;
    unsigned short metric;
    char interface[8];
};

/* setroute(what, route). ROUTE_DELETE minds the network and the interface; an empty interface is the one
 * whose link has the gateway. */
enum { ROUTE_ADD = 1, ROUTE_DELETE };

enum { NEIGHBOUR_INCOMPLETE = 1, NEIGHBOUR_REACHABLE, NEIGHBOUR_PROBE };
struct neighbour_entry {
    unsigned int addr;
    unsigned char mac[6];
    unsigned char state; /* NEIGHBOUR_* */
    unsigned char pad;
    char interface[8];
};

struct socket_entry {
    unsigned int local, remote; /* 0: any */
    unsigned short local_port, remote_port;
    unsigned char protocol;     /* IPPROTO_* */
    unsigned char state;        /* of TCP: abi/tcp_info.h; else 0 */
    unsigned char timer;        /* of TCP: TCP_TIMER_*, abi/tcp_info.h */
    unsigned char retransmits;  /* of TCP: of the oldest unacknowledged segment, in a row */
    unsigned int receive_queue; /* bytes of TCP, datagrams of others; of a listener: connections that wait */
    unsigned int send_queue;    /* bytes not acknowledged yet; of a listener: its backlog */
    unsigned int rto_us;        /* of TCP: the timeout for the next acknowledgment */
    unsigned int timer_us;      /* of TCP: when the timer expires, from now */
    int pid;                    /* the lowest of those that have it open; 0: no process has */
};
