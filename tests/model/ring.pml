/* A model of a channel's ring: kernel/abi/channel_ring.h and its users, for the model checker Spin.
 *
 * Spin tries every interleaving of the four processes below, for a ring of SLOTS slots and REQUESTS requests:
 *
 *   program    posts requests, signals the kernel if it is asked to, waits for completions, reaps them
 *   idle_hart  a hart that polls the ring for a while, so that no signal is needed, and then rests
 *   card       completes what the kernel has taken, some time later
 *   memory     empties the store buffers: a store becomes visible to the other side only after a while,
 *              unless a fence waits for it
 *
 * It looks for a state without a way on (a signal or a wakeup was lost) and for a failed assertion (a slot is
 * used by both sides, or a completion is not the expected one). Spin follows the order of one processor's
 * stores; that slots are visible before the index is what release and acquire guarantee.
 *
 * Each BREAK_* leaves out one rule of the protocol, to show that the rule is needed and that the model would
 * notice: tests/model/run expects an error then.
 */
#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef REQUESTS
#define REQUESTS 5
#endif
#define WRAP 8 /* the indices count modulo this; as 2^32, a multiple of SLOTS */
#define DISTANCE(from, to) ((to + WRAP - from) % WRAP)
#define NEXT(index) ((index + 1) % WRAP)

/* The shared memory. */
byte posted, completed;
bit signal = 1;
byte slot[SLOTS]; /* the number of the request, or of its completion */

/* Who may write the slot: only for the assertions. */
mtype = { PROGRAM, KERNEL };
mtype owner[SLOTS] = PROGRAM;

/* The store buffers. The kernel's is emptied before its lock is free for another hart. */
bool posted_buffered, signal_buffered;
byte posted_store;
bit signal_store;

#define STORE_POSTED(value) atomic { !posted_buffered; posted_store = value; posted_buffered = true }
#define STORE_SIGNAL(value) atomic { !signal_buffered; signal_store = value; signal_buffered = true }
#ifdef BREAK_PROGRAM_FENCE
#define PROGRAM_FENCE skip
#else
#define PROGRAM_FENCE !posted_buffered
#endif
#ifdef BREAK_KERNEL_FENCE
#define KERNEL_FENCE skip
#else
#define KERNEL_FENCE !signal_buffered
#endif

active proctype memory() {
end:
    do
    :: atomic { posted_buffered -> posted = posted_store; posted_buffered = false }
    :: atomic { signal_buffered -> signal = signal_store; signal_buffered = false }
    od
}

/* ---- the kernel: one hart at a time, under the channel's lock ---- */

bool locked;
byte taken, done; /* channel_kernel.taken and .completed */
bool sleeping;    /* the program waits in poll() */

#define LOCK atomic { !locked && !signal_buffered -> locked = true }
#define UNLOCK locked = false

inline take_all() {
    do
    :: posted != taken ->
        assert(owner[taken % SLOTS] == KERNEL);
        taken = NEXT(taken)
    :: else -> break
    od
}

/* Looks at the ring until it may stop: channel_attend, channel_rest. */
inline serve() {
    STORE_SIGNAL(0);
    do
    :: take_all();
        STORE_SIGNAL(1);
        KERNEL_FENCE;
#ifdef BREAK_SECOND_LOOK
        break
#else
        if
        :: posted == taken -> break
        :: else -> STORE_SIGNAL(0)
        fi
#endif
    od
}

active proctype card() {
end:
    do
    :: taken != done ->
        LOCK;
        assert(owner[done % SLOTS] == KERNEL);
        owner[done % SLOTS] = PROGRAM;
        done = NEXT(done);
        completed = done;
#ifndef BREAK_WAKEUP
        sleeping = false;
#endif
        UNLOCK
    od
}

/* It may stop for ever after any turn: the program must not need it. */
active proctype idle_hart() {
    do
    :: break
    :: LOCK;
        STORE_SIGNAL(0);
        UNLOCK;
        do /* poll for some time */
        :: LOCK; take_all(); UNLOCK
        :: break
        od;
        LOCK;
        serve();
        UNLOCK
    od
}

/* ---- the program ---- */

byte reaped, last_posted; /* channel_program */
byte sent, returned;      /* how many requests so far */

#ifdef BREAK_FULL
#define ROOM SLOTS + 1
#else
#define ROOM SLOTS
#endif

inline post() {
#ifdef BREAK_PUBLISH_LAST
    STORE_POSTED(NEXT(last_posted));
    PROGRAM_FENCE;
#endif
    assert(owner[last_posted % SLOTS] == PROGRAM);
    slot[last_posted % SLOTS] = sent;
    owner[last_posted % SLOTS] = KERNEL;
    sent++;
    last_posted = NEXT(last_posted)
}

inline publish() {
    STORE_POSTED(last_posted);
    PROGRAM_FENCE;
    if
    :: signal -> LOCK; serve(); UNLOCK
    :: else
    fi
}

inline reap() {
    assert(owner[reaped % SLOTS] == PROGRAM);
    assert(slot[reaped % SLOTS] == returned);
    returned++;
    reaped = NEXT(reaped)
}

/* Sleeps in poll() until there is a completion. */
inline sleep() {
    LOCK;
#ifdef BREAK_WAKEUP
    UNLOCK;
    completed == reaped; /* looks without the lock, and sleeps after it */
    sleeping = true;
#else
    sleeping = (completed == reaped);
    UNLOCK;
#endif
    !sleeping
}

active proctype program() {
    do
    :: sent < REQUESTS && DISTANCE(reaped, last_posted) < ROOM -> post(); publish()
    :: sent < REQUESTS - 1 && DISTANCE(reaped, last_posted) < ROOM - 1 -> post(); post(); publish()
    :: returned < sent ->
        if
        :: completed != reaped /* looks at the ring in a loop */
        :: sleep()
        fi;
        do
        :: completed != reaped -> reap()
        :: break
        od
    :: returned == REQUESTS -> break
    od
}
