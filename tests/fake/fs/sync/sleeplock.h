// Sleep locks for host tests of fs/. ASSERT detects a recursive acquire.
#pragma once

#include <thread>

#include "lib/panic.h"
#include "sync/wait_queue.h"

class CAPABILITY("sleeplock") SleepLock {
  public:
    constexpr explicit SleepLock(const char*) {}
    void acquire() ACQUIRE() NO_THREAD_SAFETY {
        ASSERT(!held_by_me());
        mutex_.lock();
        holder_ = std::this_thread::get_id();
    }
    void release() RELEASE() NO_THREAD_SAFETY {
        ASSERT(held_by_me());
        holder_ = std::thread::id();
        mutex_.unlock();
    }
    bool held_by_me() const { return holder_.load() == std::this_thread::get_id(); }

  private:
    std::mutex mutex_;
    std::atomic<std::thread::id> holder_{};
};

class SCOPED_CAPABILITY SleepGuard {
  public:
    explicit SleepGuard(SleepLock& lock) ACQUIRE(lock) : lock_(lock) { lock_.acquire(); }
    ~SleepGuard() RELEASE() { lock_.release(); }
    SleepGuard(const SleepGuard&) = delete;

  private:
    SleepLock& lock_;
};
