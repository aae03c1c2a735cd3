// Spinlocks. The kernel is not preempted: a thread leaves its hart only when it waits. So a lock that no
// interrupt handler takes needs neither disabled interrupts nor a nesting count, and acquire is six
// instructions.
//
//   SpinLock      threads only.             Guard g(lock);
//   IrqSpinLock   also interrupt handlers.  IrqGuard g(lock);   interrupts are off while it is held
//
// A holder must not sleep, except in WaitQueue::wait, which releases the lock it is given. Debug builds
// assert the ranks (lib/lock_rank.h).
#pragma once

#include <atomic>

#include "arch/riscv.h"
#include "lib/annotations.h"
#include "lib/lock_rank.h"
#include "sync/lock_debug.h"

class CAPABILITY("spinlock") SpinLock {
  public:
    constexpr SpinLock(LockRank rank, const char* name) : debug_(rank, name) {}
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    void acquire() ACQUIRE() {
        debug_.before_acquire();
        while (held_.exchange(1, std::memory_order_acquire)) spin();
        debug_.after_acquire();
    }
    void release() RELEASE() {
        debug_.before_release();
        held_.store(0, std::memory_order_release);
    }

  private:
    void spin() {  // only reads, so that the cache line stays shared while another hart holds the lock
        Patience patience;
        while (held_.load(std::memory_order_relaxed)) {
            arch::pause();
            debug_.still_waiting(patience);
        }
    }
    std::atomic<u32> held_{0};
    [[no_unique_address]] LockDebug debug_;
};

class SCOPED_CAPABILITY Guard {
  public:
    explicit Guard(SpinLock& lock) ACQUIRE(lock) : lock_(lock) { lock_.acquire(); }
    ~Guard() RELEASE() {
        if (held_) lock_.release();
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    void release() RELEASE() {
        lock_.release();
        held_ = false;
    }

  private:
    SpinLock& lock_;
    bool held_ = true;
};

// For threads and interrupt handlers. acquire() returns whether interrupts were on; pass this to release().
class CAPABILITY("spinlock") IrqSpinLock {
  public:
    constexpr IrqSpinLock(LockRank rank, const char* name) : lock_(rank, name) {}

    bool acquire() ACQUIRE() NO_THREAD_SAFETY {
        bool were_on = arch::interrupts_off();
        lock_.acquire();
        return were_on;
    }
    void release(bool interrupts_on) RELEASE() NO_THREAD_SAFETY {
        lock_.release();
        if (interrupts_on) arch::interrupts_on();
    }

  private:
    SpinLock lock_;
};

class SCOPED_CAPABILITY IrqGuard {
  public:
    explicit IrqGuard(IrqSpinLock& lock) ACQUIRE(lock) : lock_(lock), were_on_(lock.acquire()) {}
    ~IrqGuard() RELEASE() { lock_.release(were_on_); }
    IrqGuard(const IrqGuard&) = delete;
    IrqGuard& operator=(const IrqGuard&) = delete;

  private:
    IrqSpinLock& lock_;
    bool were_on_;
};
