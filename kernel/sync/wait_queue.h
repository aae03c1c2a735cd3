// Sleep and wakeup, as in xv6, on an object instead of an address: a WaitQueue holds the threads that wait
// for one condition, so that a wakeup touches nobody else.
//
//     Guard g(lock);
//     while (!condition) TRY(queue.wait(lock));     // the waiter
//     { Guard g(lock); condition = true; } queue.wake_all();     // the waker
//
// - wait is for threads, with exactly one spinlock held; wake_* are for any context, interrupts included.
// - A wakeup between the test of the condition and the sleep is never lost: wait puts the thread on the
//   queue before it lets go of the lock.
// - A killed process does not stay asleep: wait returns Intr, at once if it was killed before.
#pragma once

#include "lib/list.h"
#include "lib/result.h"
#include "lib/time.h"
#include "sync/spinlock.h"

struct Thread;

class WaitQueue {
  public:
    constexpr explicit WaitQueue(const char* what = "event") : what_(what) {}

    Result<> wait(SpinLock& lock) REQUIRES(lock) { return wait_until(lock, Instant::never()); }
    Result<> wait(IrqSpinLock& lock) REQUIRES(lock) { return wait_until(lock, Instant::never()); }
    // TimedOut when the deadline passes first.
    Result<> wait_until(SpinLock& lock, Instant deadline) REQUIRES(lock);
    Result<> wait_until(IrqSpinLock& lock, Instant deadline) REQUIRES(lock);
    // For what must be waited for to the end, killed or not: a disk transfer, a held sleep lock.
    void wait_uninterruptible(SpinLock& lock) REQUIRES(lock);
    void wait_uninterruptible(IrqSpinLock& lock) REQUIRES(lock);

    void wake_one();
    void wake_all();
    const char* what() const { return what_; }  // shown by ps

  private:
    friend class Scheduler;
    List<Thread> waiting_;  // guarded by the scheduler's lock
    const char* what_;
};
