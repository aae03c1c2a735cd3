// Sleep and wakeup, as in xv6, but on an object instead of an address: a WaitQueue holds the threads that
// wait for one condition, so a wakeup affects only these.
//
//     Guard g(lock);
//     while (!condition) TRY(queue.wait(lock));     // the waiter
//     { Guard g(lock); condition = true; } queue.wake_all();     // the waker
//
// - wait: thread context, with exactly one spinlock held. wake_*: any context, including interrupts.
// - A wakeup between the test of the condition and the sleep is not lost: wait puts the thread on the queue
//   before it releases the lock.
// - wait returns Intr when the process is killed, or has been killed before.
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
    // TimedOut: the deadline has passed.
    Result<> wait_until(SpinLock& lock, Instant deadline) REQUIRES(lock);
    Result<> wait_until(IrqSpinLock& lock, Instant deadline) REQUIRES(lock);
    // Ignores kills. For waits that must complete: a disk transfer, a sleep lock.
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
