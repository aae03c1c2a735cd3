// The kernel's spinlocks for host tests of fs/, which may use real threads: a mutex that detects recursion.
#pragma once

#include <atomic>
#include <mutex>

#include "lib/annotations.h"
#include "lib/lock_rank.h"

class CAPABILITY("spinlock") SpinLock {
  public:
    constexpr SpinLock(LockRank, const char*) {}
    void acquire() ACQUIRE() NO_THREAD_SAFETY { mutex_.lock(); }
    void release() RELEASE() NO_THREAD_SAFETY { mutex_.unlock(); }

  private:
    std::mutex mutex_;
};

class SCOPED_CAPABILITY Guard {
  public:
    explicit Guard(SpinLock& lock) ACQUIRE(lock) : lock_(lock) { lock_.acquire(); }
    ~Guard() RELEASE() { lock_.release(); }
    Guard(const Guard&) = delete;

  private:
    SpinLock& lock_;
};
