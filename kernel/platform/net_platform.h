// The kernel's implementation of net/platform.h.
#pragma once

#include <bit>

#include "arch/hart.h"
#include "lib/time.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/sched.h"
#include "proc/timer.h"
#include "sync/spinlock.h"
#include "sync/wait_queue.h"

namespace net::platform {

using Lock = ::SpinLock;
using Guard = ::Guard;
using WaitQueue = ::WaitQueue;
using Timer = ::Timer;

inline Result<> copy_from_user(void* to, UserAddr from, usize n) { return mm::copy_in(to, from, n); }
inline Result<> copy_to_user(UserAddr to, const void* from, usize n) { return mm::copy_out(to, from, n); }

inline bool allocation_fails() { return false; }

inline bool other_harts_run() { return scheduler.other_harts_run(); }
inline bool on_polling_hart() { return Scheduler::on_interrupt_hart(); }

inline constexpr unsigned kMaxHarts = arch::kMaxHarts;
inline constexpr usize kMaxPacketPages = 2048;

template <class T>
class PerHart {
  public:
    T& local() { return slots_[arch::hart_id()].value; }
    T& at(unsigned hart) { return slots_[hart].value; }
    const T& at(unsigned hart) const { return slots_[hart].value; }

  private:
    // Each hart has its own cache lines. A power of two, so that local() multiplies by a shift.
    struct alignas(std::bit_ceil(sizeof(T) < 64 ? 64 : sizeof(T))) Slot {
        T value{};
    };
    Slot slots_[kMaxHarts]{};
};

}  // namespace net::platform
