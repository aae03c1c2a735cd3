// The host's backend of net/platform.h: the test controls every external dependency of the stack.
//
// The clock stops until the test advances it, timers fire in advance(), a wait runs the test's hook instead
// of sleeping, memory runs out on demand, and locks check their order. The locks work, so a test may call the
// stack from several real threads, each with its own this_hart. What tests set is in world.h.
#pragma once

#include <array>
#include <atomic>

#include "lib/annotations.h"
#include "lib/lock_rank.h"
#include "lib/result.h"
#include "lib/time.h"
#include "lib/types.h"

namespace net::platform {

class CAPABILITY("lock") Lock {
  public:
    constexpr explicit Lock(LockRank rank, const char* name) : rank_(rank), name_(name) {}
    Lock(const Lock&) = delete;
    void acquire() ACQUIRE();
    void release() RELEASE();

  private:
    LockRank rank_;
    const char* name_;
    std::atomic<bool> held_{false};
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

// A wait calls World::on_wait with the lock released. Without a hook, a wait with a deadline advances the
// clock to it; a wait without a deadline fails the test instead of hanging.
class WaitQueue {
  public:
    constexpr explicit WaitQueue(const char* what = "event") : what_(what) {}
    Result<> wait(Lock& lock) REQUIRES(lock) { return wait_until(lock, Instant::never()); }
    Result<> wait_until(Lock& lock, Instant deadline) REQUIRES(lock);
    void wake_one() { wakes_++; }
    void wake_all() { wakes_ += 1000; }

  private:
    const char* what_;
    std::atomic<unsigned> wakes_{0};
};

class Timer {
  public:
    constexpr Timer(void (*callback)(void*), void* argument) : callback_(callback), argument_(argument) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    void set(Instant deadline);
    bool cancel();
    Instant deadline() const { return deadline_; }
    // Timers fire in the order of their deadlines; those of the same deadline in the order of the calls of
    // set(), so that each run of a test is the same.
    bool fires_before(const Timer& other) const {
        return deadline_ != other.deadline_ ? deadline_ < other.deadline_ : order_ < other.order_;
    }
    void fire() { callback_(argument_); }
    u32 machine() const { return machine_; }

  private:
    void (*callback_)(void*);
    void* argument_;
    Instant deadline_ = Instant::never();
    u32 machine_ = 0;  // that set it (World::machine)
    u64 order_ = 0;
};

inline constexpr unsigned kMaxHarts = 8;
inline constexpr usize kMaxPacketPages = 2048;
extern thread_local unsigned this_hart;  // a test sets it to simulate another hart

template <class T>
class PerHart {
  public:
    T& local() { return harts_[this_hart]; }
    T& at(unsigned hart) { return harts_[hart]; }
    const T& at(unsigned hart) const { return harts_[hart]; }

  private:
    std::array<T, kMaxHarts> harts_{};
};

}  // namespace net::platform
