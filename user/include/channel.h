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
/* ioctl(CHANNEL_SIGNAL) */
void channel_signal(const struct channel* c) NX6(channel_signal);
END_C

static inline unsigned char* channel_buffer(const struct channel* c, unsigned int number) {
    return c->buffers + (unsigned long)number * CHANNEL_BUFFER;
}

/* ---- receiving ---- */

/* Posts a buffer for reception, and publishes it; the kernel needs no signal for it. 0: the ring is full. */
static inline int channel_lend(struct channel* c, unsigned int buffer) {
    struct channel_slot* slot = channel_next(&c->receive);
    if (!slot) return 0;
    slot->buffer = buffer;
    slot->offset = 0;
    slot->length = CHANNEL_BUFFER;
    channel_post(&c->receive);
    channel_publish_buffers(&c->receive);
    return 1;
}

/* Takes the next received frame, or part of a frame: those that a card has merged are longer than a buffer.
 * 0: none is there; poll() waits for one. */
static inline int channel_receive_part(struct channel* c, struct channel_frame* part) {
    if (channel_completions(&c->receive) == 0) return 0;
    const struct channel_slot* done = channel_completion(&c->receive);
    part->data = channel_buffer(c, done->buffer) + done->offset;
    part->length = done->length;
    part->buffer = done->buffer;
    part->more = done->flags & CHANNEL_MORE;
    channel_reap(&c->receive, 1);
    return 1;
}

/* Lends the frame's buffer again. */
static inline void channel_give_back(struct channel* c, const struct channel_frame* frame) {
    (void)channel_lend(c, frame->buffer);
}

/* The same as channel_receive_part for programs that want whole frames in one buffer: longer ones are
 * skipped. */
static inline int channel_receive(struct channel* c, struct channel_frame* frame) {
    int continued = 0;
    while (channel_receive_part(c, frame)) {
        if (!continued && !frame->more) return 1;
        continued = frame->more;
        channel_give_back(c, frame);
    }
    return 0;
}

/* ---- sending ---- */

/* Posts a frame in a buffer; channel_flush() publishes it. 0: the ring is full. */
static inline int channel_send(struct channel* c, unsigned int buffer, unsigned int offset,
                               unsigned int length) {
    struct channel_slot* slot = channel_next(&c->transmit);
    if (!slot) return 0;
    slot->buffer = buffer;
    slot->offset = (unsigned short)offset;
    slot->length = (unsigned short)length;
    slot->flags = 0;
    slot->segment = 0;
    channel_post(&c->transmit);
    return 1;
}

/* Publishes what is posted, and signals the kernel if it wants that. */
static inline void channel_flush(struct channel* c) {
    if (channel_publish(&c->transmit)) channel_signal(c);
}

/* Takes the oldest completion of the transmit ring. 0: there is none. */
static inline int channel_sent(struct channel* c, struct channel_slot* completion) {
    if (channel_completions(&c->transmit) == 0) return 0;
    *completion = *channel_completion(&c->transmit);
    channel_reap(&c->transmit, 1);
    return 1;
}
