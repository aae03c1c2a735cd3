#include "sync/sleeplock.h"

#include "proc/sched.h"

void SleepLock::acquire() {
    Guard g(lock_);
    while (held_) waiters_.wait_uninterruptible(lock_);
    held_ = true;
    holder_ = &current_thread();
}

// Wakes under the lock: afterwards the next holder may already have freed what we are a part of.
void SleepLock::release() {
    Guard g(lock_);
    held_ = false;
    holder_ = nullptr;
    waiters_.wake_one();
}

bool SleepLock::held_by_me() const { return holder_ == &current_thread(); }
