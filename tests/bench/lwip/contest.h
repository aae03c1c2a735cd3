/* Two network stacks in one process: nx6's and lwIP's do the same work, and main.cc measures it.
 *
 * Each stack has the address OURS on a network card that is memory. A frame that arrives is copied from a
 * buffer into the stack's own memory, as a driver's is from the card's; the data are copied to the program; a
 * frame that is sent is copied to the card's memory. Both verify and compute all checksums. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum Case {
    UDP_IN,    /* a datagram of `size` bytes arrives for one of `count` connected sockets, each in turn */
    UDP_OUT,   /* a datagram is sent */
    FRAGMENTS, /* a datagram of 4000 bytes arrives in three fragments */
    TCP_IN, /* a segment arrives on one of `count` connections, each in turn; every second is acknowledged */
    TCP_BULK,   /* SEGMENT bytes from one end of a connection to the other; both ends are counted */
    TCP_PING,   /* a byte to and fro; both ends */
    TCP_CONNECT /* connect, accept, abort; both ends */
};

struct Work {
    enum Case what;
    int size, count;
};

struct Contestant {
    /* Opens what the work needs. 0: this stack cannot; say why on standard error. */
    int (*start)(const struct Work* w);
    /* Does it n times. Ends the process if something is not received. */
    void (*run)(const struct Work* w, long n);
};

#ifdef __cplusplus
extern "C" {
#endif
extern const struct Contestant nx6_stack, lwip_stack;
/* Ends the process. */
void contest_fail(const char* stack, const char* what) __attribute__((noreturn));
#ifdef __cplusplus
}
#endif

#define SEGMENT    1460
#define FIRST_PORT 10000 /* our sockets' */
#define PEER_PORT  7777
#define MOST_COUNT 10000
