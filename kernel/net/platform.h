// The platform: everything that the network core needs from its environment.
//
// kernel/platform/ implements it for the kernel, tests/fake/ for the host (unit tests, fuzzers, benchmarks).
// The include path selects one. Each has a `net_platform.h` that defines, in namespace net::platform,
//
//   class Lock            a spinlock: `constexpr explicit Lock(LockRank, const char* name)`. Never taken in
//                         an interrupt handler, never held across wait, copy_* or a call up.
//   class Guard           holds a Lock from construction to the end of its scope, or until release().
//   class WaitQueue       threads that wait for a condition guarded by a Lock:
//       Result<> wait(Lock&)                 sleeps; Intr when the process is killed. Releases the lock while
//       Result<> wait_until(Lock&, Instant)  asleep, holds it again on return; TimedOut at the deadline.
//       void wake_one(), wake_all()          any context, with or without the lock
//   class Timer           `constexpr Timer(void (*callback)(void*), void* argument)`; the callback runs in a
//       void set(Instant)                    thread, with no lock held. set() changes the deadline of a timer
//       bool cancel()                        that is already set. cancel() returns false if the timer was not
//                                            pending; its callback may then be running.
//   class PerHart<T>      one T for each hart; local() is this hart's. A thread moves to another hart only
//       T& local(); T& at(unsigned hart)     when it waits, so local() needs no lock.
//   kMaxHarts             the number of harts, and of Ts in a PerHart
//   kMaxPacketPages       at most as many pages are taken from packet_page_alloc
//
// and the functions below.
#pragma once

#include "lib/annotations.h"
#include "lib/lock_rank.h"
#include "lib/panic.h"
#include "lib/result.h"
#include "lib/time.h"
#include "lib/types.h"
#include "net_platform.h"

namespace net::platform {

// Time since boot; monotonic. On the packet path, use the Instant passed as an argument if there is one.
Instant now();

// Unpredictable random bits, for ports and identifiers.
u64 random();

// A zeroed page of 4096 bytes, or null when memory is exhausted.
void* page_alloc();
// The same with any contents.
void* raw_page_alloc();
void page_free(void* page);
// How many pages there are in all, free or not. The bounds of the stack's objects are shares of them.
usize memory_pages();

// The same for pages of mbufs, which are never returned: memory that the devices can access.
void* packet_page_alloc();

// Is the next mbuf or object refused although there is memory? Only the tests say so, to see what happens
// then: nearly all are allocated from pages that the stack has already.
bool allocation_fails();

// Copy between kernel memory and the calling process. Call them with no Lock held. Fault: the process has no
// access to all n bytes; some of the target may have been written.
Result<> copy_from_user(void* to, UserAddr from, usize n);
Result<> copy_to_user(UserAddr to, const void* from, usize n);

// A socket has sent its first datagram. A reply may come from a program that the machine must wake for it.
void flow_started();

// Hints, which may be wrong as soon as they are given: whether other harts run threads, perhaps programs; and
// whether this hart is the one that polls when it is idle.
bool other_harts_run();
bool on_polling_hart();

// Prints one line on the console; a line break is added.
void log(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Prints text on the console without formatting, for the packet dump.
void print(const char* text, usize length);

}  // namespace net::platform
