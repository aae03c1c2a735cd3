// Sleep and wakeup for host tests of fs/: a wakeup increments a generation number, which may wake too many
// threads.
#pragma once

#include "lib/result.h"
#include "lib/time.h"
#include "sync/spinlock.h"

class WaitQueue {
  public:
    constexpr explicit WaitQueue(const char* = "event") {}

    Result<> wait(SpinLock& lock) REQUIRES(lock) {
        wait_uninterruptible(lock);
        return {};
    }
    void wait_uninterruptible(SpinLock& lock) REQUIRES(lock) {
        const u32 seen = generation_.load();
        lock.release();
        generation_.wait(seen);
        lock.acquire();
    }
    void wake_one() { wake_all(); }
    void wake_all() {
        generation_.fetch_add(1);
        generation_.notify_all();
    }

  private:
    std::atomic<u32> generation_{0};
};
