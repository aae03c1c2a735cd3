/* A model of a channel's ring: kernel/abi/channel_ring.h and its users, for the model checker Spin.
 *
 * Spin tries every interleaving of the processes below, for a ring of SLOTS slots and REQUESTS requests:
 *
 *   program    posts requests, signals the kernel if it is asked to, waits for completions, reaps them
 *   idle_hart  a hart that polls the ring for a while, so that no signal is needed, and then rests: RingPoll
 *   thread     takes what the idle hart has seen, and rests: RingPoll::serve, Channel::take_over
 *   expecter   lets the thread attend to the ring, because the program will post soon: RingPoll::expect
 *   card       completes what the kernel has taken, some time later
 *   memory     empties the store buffers: a store becomes visible to the other side only after a while,
 *              unless a fence waits for it
 *
 * So `signal` has several writers: those that take requests, one at a time under the channel's lock, and the
 * idle hart and the expecter, under RingPoll's lock. They do not exclude each other.
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

/* The store buffers. Each of the kernel's is emptied before the lock is free for another hart. */
bool posted_buffered, signal_buffered, polled_buffered;
byte posted_store;
bit signal_store, polled_store;

#define STORE_POSTED(value) atomic { !posted_buffered; posted_store = value; posted_buffered = true }
#define STORE_SIGNAL(value) atomic { !signal_buffered; signal_store = value; signal_buffered = true }
#define STORE_POLLED(value) atomic { !polled_buffered; polled_store = value; polled_buffered = true }
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
#ifdef BREAK_HART_FENCE
#define HART_FENCE skip
#else
#define HART_FENCE !polled_buffered
#endif

active proctype memory() {
end:
    do
    :: atomic { posted_buffered -> posted = posted_store; posted_buffered = false }
    :: atomic { signal_buffered -> signal = signal_store; signal_buffered = false }
    :: atomic { polled_buffered -> signal = polled_store; polled_buffered = false }
    od
}

/* ---- the kernel: one hart at a time, under the channel's lock ---- */

bool locked;
byte taken, done; /* channel_kernel.taken and .completed */
byte seen;        /* Channel::seen_: taken, as the idle hart knows it */
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
        seen = taken;
        break
#else
        if
        :: posted == taken -> seen = taken; break
        :: else -> STORE_SIGNAL(0)
        fi
#endif
    od
}

/* A system call: nothing to do if somebody else has taken the requests. */
inline kick() {
    LOCK;
    if
    :: posted != taken -> serve()
    :: else
    fi;
    UNLOCK
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

/* ---- RingPoll ---- */

mtype = { NOBODY, HART, THREAD };
mtype attendant = NOBODY;
bool poll_locked;

#define POLL_LOCK atomic { !poll_locked && !polled_buffered -> poll_locked = true }
#define POLL_UNLOCK poll_locked = false

inline begin() {
    POLL_LOCK;
    if
    :: attendant == NOBODY -> STORE_POLLED(0); attendant = HART
    :: else
    fi;
    POLL_UNLOCK
}

inline look() {
    POLL_LOCK;
    if
    :: attendant == HART && posted != seen -> attendant = THREAD
    :: else
    fi;
    POLL_UNLOCK
}

inline end_poll() {
    POLL_LOCK;
    if
    :: attendant == HART ->
#ifdef BREAK_HART_REST
        attendant = NOBODY
#else
        STORE_POLLED(1);
        HART_FENCE;
#ifdef BREAK_HART_LAST_LOOK
        attendant = NOBODY
#else
        if
        :: posted == seen -> attendant = NOBODY
        :: else -> STORE_POLLED(0); attendant = THREAD
        fi
#endif
#endif
    :: else
    fi;
    POLL_UNLOCK
}

/* It may stop for ever after any turn: the program must not need it. */
active proctype idle_hart() {
    do
    :: break
    :: begin();
        do
        :: look()
        :: break
        od;
        end_poll()
    od
}

/* The same is true here. */
active proctype expecter() {
    do
    :: break
    :: POLL_LOCK;
        if
        :: attendant != THREAD ->
            STORE_POLLED(0);
#ifndef BREAK_EXPECT
            attendant = THREAD
#endif
        :: else
        fi;
        POLL_UNLOCK
    od
}

active proctype thread() {
end:
    do
    :: attendant == THREAD ->
        POLL_LOCK;
        attendant = NOBODY;
        POLL_UNLOCK;
#ifdef BREAK_THREAD_REST
        kick()
#else
        LOCK;
        serve();
        UNLOCK
#endif
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
    :: signal -> kick()
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
