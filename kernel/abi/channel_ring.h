/* How the two sides of a channel use a ring: one program, one kernel, no lock. Plain C, for both sides and
 * for tests. abi/channel.h draws the ring; tests/model/ring.pml is a model of this file, which Spin checks.
 *
 * An index is published with a release store after the slots before it were written, and read with an acquire
 * load before they are read. A side keeps its own positions in private memory and never reads them back from
 * the ring, so nothing that the other side writes can change them.
 *
 * The signal: the kernel sets `signal` before it stops looking at the ring, and then looks once more. The
 * program posts, and then looks at `signal`. A fence between the two steps of each makes sure that at least
 * one of them sees the other's write, so no posted frame is forgotten.
 */
#pragma once

#include "abi/channel.h"

#define CHANNEL_LOAD(from)       __atomic_load_n(&(from), __ATOMIC_ACQUIRE)
#define CHANNEL_STORE(to, value) __atomic_store_n(&(to), value, __ATOMIC_RELEASE)
#define CHANNEL_PEEK(from)       __atomic_load_n(&(from), __ATOMIC_RELAXED)
#define CHANNEL_FENCE()          __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* ---- the program's side ---- */

struct channel_program {
    struct channel_ring* ring;
    struct channel_slot* slots;
    unsigned int count;  /* of slots */
    unsigned int posted; /* written to slots; published by channel_publish */
    unsigned int reaped;
};

/* The slot for the next request; null: the ring is full, reap first. */
static inline struct channel_slot* channel_next(const struct channel_program* p) {
    return p->posted - p->reaped < p->count ? &p->slots[p->posted & (p->count - 1)] : 0;
}

/* The slot of channel_next is filled. */
static inline void channel_post(struct channel_program* p) { p->posted++; }

/* Gives all posted requests of the receive ring to the kernel, which needs no signal for them. */
static inline void channel_publish_buffers(struct channel_program* p) {
    CHANNEL_STORE(p->ring->posted, p->posted);
}

/* The same for the transmit ring. Not 0: the kernel must be signalled. */
static inline int channel_publish(struct channel_program* p) {
    CHANNEL_STORE(p->ring->posted, p->posted);
    CHANNEL_FENCE();
    return CHANNEL_PEEK(p->ring->signal) != 0;
}

/* How many completions wait. */
static inline unsigned int channel_completions(const struct channel_program* p) {
    return CHANNEL_LOAD(p->ring->completed) - p->reaped;
}

/* The oldest completion, if there is one (channel_completions). */
static inline const struct channel_slot* channel_completion(const struct channel_program* p) {
    return &p->slots[p->reaped & (p->count - 1)];
}

/* Frees the slots of the n oldest completions. */
static inline void channel_reap(struct channel_program* p, unsigned int n) {
    p->reaped += n;
    CHANNEL_STORE(p->ring->reaped, p->reaped);
}

/* ---- the kernel's side; nothing in the ring or the slots is to be believed ---- */

struct channel_kernel {
    struct channel_ring* ring;
    struct channel_slot* slots;
    unsigned int count;
    unsigned int taken;
    unsigned int completed;
};

/* How many requests wait. More than `count` requests since the last completion: the program is lying. */
static inline unsigned int channel_requests(const struct channel_kernel* k) {
    return CHANNEL_LOAD(k->ring->posted) - k->taken;
}
static inline int channel_possible(const struct channel_kernel* k, unsigned int requests) {
    return requests <= k->count - (k->taken - k->completed);
}

/* Two words make a slot; each is read in one piece. */
typedef unsigned long __attribute__((may_alias)) channel_word;

/* A private copy of the request that is `ahead` requests after the next one. Each byte is read once. */
static inline struct channel_slot channel_request(const struct channel_kernel* k, unsigned int ahead) {
    const channel_word* from = (const channel_word*)&k->slots[(k->taken + ahead) & (k->count - 1)];
    struct channel_slot copy;
    channel_word* to = (channel_word*)&copy;
    to[0] = CHANNEL_PEEK(from[0]);
    to[1] = CHANNEL_PEEK(from[1]);
    return copy;
}

static inline void channel_take(struct channel_kernel* k, unsigned int n) { k->taken += n; }

/* Writes the next completion, in order; visible with channel_publish_completions. */
static inline void channel_complete(struct channel_kernel* k, const struct channel_slot* completion) {
    k->slots[k->completed++ & (k->count - 1)] = *completion;
}
/* The same for a transmitted frame: the program knows the rest of the slot. */
static inline void channel_complete_status(struct channel_kernel* k, int status) {
    k->slots[k->completed++ & (k->count - 1)].status = status;
}
static inline void channel_publish_completions(struct channel_kernel* k) {
    CHANNEL_STORE(k->ring->completed, k->completed);
}

/* The kernel begins to look at the ring: no signals until channel_rest. */
static inline void channel_attend(struct channel_kernel* k) { CHANNEL_STORE(k->ring->signal, 0); }

/* The kernel is about to stop. Not 0: it may; the program will signal. 0: requests came in; go on. */
static inline int channel_rest(struct channel_kernel* k) {
    CHANNEL_STORE(k->ring->signal, 1);
    CHANNEL_FENCE();
    if (CHANNEL_PEEK(k->ring->posted) == k->taken) return 1;
    channel_attend(k);
    return 0;
}
