#include "sync/sleeplock.h"

#include "proc/sched.h"

void SleepLock::acquire() {
    Guard g(lock_);
    while (held_) waiters_.wait_uninterruptible(lock_);
    held_ = true;
    holder_ = &current_thread();
}

// Wakes with the lock held: after its release the next holder may already free the object that contains this
// lock.
void SleepLock::release() {
    Guard g(lock_);
    held_ = false;
    holder_ = nullptr;
    waiters_.wake_one();
}

bool SleepLock::held_by_me() const { return holder_ == &current_thread(); }
