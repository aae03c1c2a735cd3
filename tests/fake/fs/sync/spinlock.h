// The kernel's spinlocks for host tests of fs/, which may use real threads. A lock has the size of the
// kernel's, so that structures have it too.
#pragma once

#include <atomic>

#include "lib/annotations.h"
#include "lib/lock_rank.h"

class CAPABILITY("spinlock") SpinLock {
  public:
    constexpr SpinLock(LockRank, const char*) {}
    void acquire() ACQUIRE() NO_THREAD_SAFETY {
        while (held_.exchange(1)) held_.wait(1);
    }
    void release() RELEASE() NO_THREAD_SAFETY {
        held_.store(0);
        held_.notify_one();
    }

  private:
    std::atomic<unsigned> held_{0};
};

class SCOPED_CAPABILITY Guard {
  public:
    explicit Guard(SpinLock& lock) ACQUIRE(lock) : lock_(lock) { lock_.acquire(); }
    ~Guard() RELEASE() {
        if (held_) lock_.release();
    }
    Guard(const Guard&) = delete;
    void release() RELEASE() {
        lock_.release();
        held_ = false;
    }

  private:
    SpinLock& lock_;
    bool held_ = true;
};
