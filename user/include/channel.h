/* A packet channel, mapped: for programs that work on frames. netd.h gives the descriptor, docs/channel.md
 * explains the rings, abi/channel_ring.h has the functions that work on one. For C and C++. One thread at a
 * time. */
#pragma once

#include "abi/channel_ring.h"
#include "sys/cdefs.h"

struct channel {
    int fd;
    struct channel_memory* memory;
    unsigned char* buffers;
    struct channel_program receive, transmit;
};

/* A received frame, or a part of one; it is valid until channel_give_back. */
struct channel_frame {
    unsigned char* data;
    unsigned int length;
    unsigned int buffer;
    int more; /* not 0: the frame continues in the next part */
};

BEGIN_C
/* Maps the channel. 0, or -1 with errno: no channel (ENODEV), or no memory. The descriptor stays the
 * caller's. */
int channel_map(struct channel* c, int fd) NX6(channel_map);
void channel_unmap(struct channel* c) NX6(channel_unmap);

static inline unsigned char* channel_buffer(const struct channel* c, unsigned int number) {
    return c->buffers + (unsigned long)number * CHANNEL_BUFFER;
}

/* Posts a buffer for reception, and publishes it. False: the ring is full. */
int channel_lend(struct channel* c, unsigned int buffer) NX6(channel_lend);

/* Takes the next received frame, or part of a frame: those that a card has merged are longer than a buffer.
 * 0: none is there; poll() waits for one. */
int channel_receive_part(struct channel* c, struct channel_frame* part) NX6(channel_receive_part);
/* The same for programs that want whole frames in one buffer: longer ones are skipped. */
int channel_receive(struct channel* c, struct channel_frame* frame) NX6(channel_receive);
/* Lends the frame's buffer again. */
void channel_give_back(struct channel* c, const struct channel_frame* frame) NX6(channel_give_back);

/* Posts a frame in a buffer; channel_flush() publishes it. 0: the ring is full. */
int channel_send(struct channel* c, unsigned int buffer, unsigned int offset, unsigned int length)
    NX6(channel_send);
/* Publishes what is posted, and signals the kernel if it wants that. */
void channel_flush(struct channel* c) NX6(channel_flush);
/* Takes the oldest completion of the transmit ring. 0: there is none. */
int channel_sent(struct channel* c, struct channel_slot* completion) NX6(channel_sent);
END_C
