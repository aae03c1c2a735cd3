// net/platform.h for a program with one thread: its network stack runs only inside the program's socket
// calls.
//
// So nothing happens at the same time, and a lock is empty. A wait runs the event loop (event_loop.h), which
// processes received frames and expired timers, until the wait queue is woken.
#pragma once

#include "lib/annotations.h"
#include "lib/lock_rank.h"
#include "lib/pairing_heap.h"
#include "lib/panic.h"
#include "lib/result.h"
#include "lib/time.h"

namespace net::platform {

// Debug builds check that it is not acquired twice: a call up with a lock held could do that.
class CAPABILITY("lock") Lock {
  public:
    constexpr explicit Lock(LockRank, const char*) {}
    Lock(const Lock&) = delete;
    void acquire() ACQUIRE() {
#ifdef NX6_DEBUG
        ASSERT(!held_);
        held_ = true;
#endif
    }
    void release() RELEASE() {
#ifdef NX6_DEBUG
        held_ = false;
#endif
    }

#ifdef NX6_DEBUG
  private:
    bool held_ = false;
#endif
};

class SCOPED_CAPABILITY Guard {
  public:
    explicit Guard(Lock& lock) ACQUIRE(lock) : lock_(&lock) { lock.acquire(); }
    ~Guard() RELEASE() {
        if (lock_) lock_->release();
    }
    Guard(const Guard&) = delete;
    void release() RELEASE() {
        lock_->release();
        lock_ = nullptr;
    }

  private:
    Lock* lock_;
};

// - At most one wait is in progress. It never returns Intr: a program that is killed does not run any more.
class WaitQueue {
  public:
    constexpr explicit WaitQueue(const char* = "") {}
    Result<> wait(Lock& lock) REQUIRES(lock) { return wait_until(lock, Instant::never()); }
    Result<> wait_until(Lock& lock, Instant deadline) REQUIRES(lock);
    void wake_one() { wakes_++; }
    void wake_all() { wakes_++; }

  private:
    u32 wakes_ = 0;
};

// The event loop runs the callback.
class Timer : public HeapNode<Timer> {
  public:
    constexpr Timer(void (*callback)(void*), void* argument) : callback_(callback), argument_(argument) {}
    ~Timer() { cancel(); }
    void set(Instant deadline);
    bool cancel();

    Instant deadline() const { return deadline_; }
    void fire() { callback_(argument_); }
    bool before(const Timer& other) const { return deadline_ < other.deadline_; }

  private:
    void (*callback_)(void*);
    void* argument_;
    Instant deadline_{};
};

inline constexpr unsigned kMaxHarts = 1;

template <class T>
class PerHart {
  public:
    T& local() { return value_; }
    T& at(unsigned) { return value_; }
    const T& at(unsigned) const { return value_; }

  private:
    T value_{};
};

// A channel's memory has as many pages of buffers: 2 MiB.
inline constexpr usize kMaxPacketPages = 512;

// The memory of the calling program is our own.
inline Result<> copy_from_user(void* to, UserAddr from, usize n) {
    __builtin_memcpy(to, reinterpret_cast<const void*>(from.value), n);
    return {};
}
inline Result<> copy_to_user(UserAddr to, const void* from, usize n) {
    __builtin_memcpy(reinterpret_cast<void*>(to.value), from, n);
    return {};
}

inline bool allocation_fails() { return false; }

}  // namespace net::platform
