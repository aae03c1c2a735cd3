// The platform: everything that the network core needs from its surroundings.
//
// kernel/platform/ implements it for the kernel, tests/fake/ for the host (unit tests, fuzzers, benches).
// The include path chooses: each has a `net_platform.h` that defines, in namespace net::platform,
//
//   class Lock            a spinlock: `constexpr explicit Lock(LockRank, const char* name)`. Never taken in
//                         an interrupt handler, never held across wait, copy_* or a call up.
//   class Guard           holds a Lock from construction to the end of its scope, or to release().
//   class WaitQueue       threads waiting for a condition that some Lock guards:
//       Result<> wait(Lock&)                 sleeps; Intr when the process is killed. Drops the lock while
//       Result<> wait_until(Lock&, Instant)  asleep, holds it again on return; TimedOut at the deadline.
//       void wake_one(), wake_all()          any context, with or without the lock
//   class Timer           `constexpr Timer(void (*callback)(void*), void* argument)`; the callback runs in a
//       void set(Instant)                    thread, with no lock held. set() moves the deadline of a timer
//       bool cancel()                        already set. cancel(): false when it was not pending; its
//                                            callback may then be running.
//   class PerHart<T>      one T for each hart; local() is this hart's. A thread is never moved to another
//       T& local(); T& at(unsigned hart)     hart between two waits, so local() needs no lock.
//   kMaxHarts             how many Ts that is
//
// and the functions below. They are inline there where the packet path wants them so.
#pragma once

#include "lib/annotations.h"
#include "lib/lock_rank.h"
#include "lib/panic.h"
#include "lib/result.h"
#include "lib/time.h"
#include "lib/types.h"
#include "net_platform.h"

namespace net::platform {

// Time since boot, never running backwards. On the packet path prefer an Instant that was handed in.
Instant now();

// Unpredictable bits, for ports and identifiers.
u64 random();

// A zeroed page of 4096 bytes, or null when memory is exhausted.
void* page_alloc();
void page_free(void* page);

// Between kernel memory and the calling process. Fault: some of [from, from + n) is not the caller's; part
// of the target may have been written then. Must be called with no Lock held.
Result<> copy_from_user(void* to, UserAddr from, usize n);
Result<> copy_to_user(UserAddr to, const void* from, usize n);

// One line for the person at the console; a line break is added.
void log(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Runs of finished text for the console, for the packet dump.
void print(const char* text, usize length);

}  // namespace net::platform
