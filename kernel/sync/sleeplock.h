// A lock whose waiters sleep. For inodes and disk blocks, whose holders wait for the disk.
#pragma once

#include "sync/wait_queue.h"

class CAPABILITY("sleeplock") SleepLock {
  public:
    constexpr explicit SleepLock(const char* name) : lock_(LockRank::SleepLock, name), waiters_(name) {}

    // Thread context with no spinlock held. Not interruptible, because holders wait only for the disk.
    void acquire() ACQUIRE() NO_THREAD_SAFETY;
    void release() RELEASE() NO_THREAD_SAFETY;
    bool held_by_me() const;

  private:
    SpinLock lock_;
    WaitQueue waiters_;
    bool held_ GUARDED_BY(lock_) = false;
    const Thread* holder_ = nullptr;
};

class SCOPED_CAPABILITY SleepGuard {
  public:
    explicit SleepGuard(SleepLock& lock) ACQUIRE(lock) : lock_(lock) { lock_.acquire(); }
    ~SleepGuard() RELEASE() { lock_.release(); }
    SleepGuard(const SleepGuard&) = delete;
    SleepGuard& operator=(const SleepGuard&) = delete;

  private:
    SleepLock& lock_;
};
