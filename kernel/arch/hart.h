// The per-hart data. A hart is a hardware thread ("CPU"). In the kernel, tp points at the hart's struct.
#pragma once

#include <atomic>

#include "abi/param.h"
#include "arch/riscv.h"
#include "mm/layout_asm.h"

struct IdleTask;
struct Thread;
namespace mm {
class Space;
}

namespace arch {

inline constexpr unsigned kMaxHarts = NCPU;

struct alignas(64) Hart {
    u32 id = 0;
    bool need_resched = false;  // switch to another thread before returning to user mode
    bool ticking = false;       // the time-slice timer is running
    bool float_on = false;      // the current program may use the floating-point registers (arch/float.h)
    u64 held_ranks = 0;         // debug: one bit for each lock rank held (sync/lock_debug.h)
    Thread* current = nullptr;
    Thread* idle = nullptr;         // runs when no other thread is runnable
    IdleTask* idle_task = nullptr;  // what it does next (Scheduler::leave_to_idle)

    std::atomic<mm::Space*> space{nullptr};  // the address space in satp; null: the kernel's only
    u64 space_epoch = 0;                     // the space's epoch at the last TLB flush
    u64 armed_for = ~0ull;                   // the value of stimecmp
    u64 idle_cycles = 0;                     // cycles spent without a thread to run
    u64 poll_cycles = 0;                     // of these, polling
    u64 switched_at = 0;                     // time at which `current` got the hart
    u64 busy_since = 0;                      // time at which it was idle last

    std::atomic<u64> beat{0};      // debug: time of the last timer interrupt (proc/watchdog.h)
    std::atomic<uptr> stopped{0};  // frame pointer of a hart that stop_other_harts has stopped; else 0
    u64 stopped_pc = 0;            // and its pc
};

extern "C" Hart harts[kMaxHarts];  // boot.S uses it
extern unsigned hart_count;        // from the device tree, at most kMaxHarts

inline Hart& this_hart() {
    Hart* h;
    asm volatile("mv %0, tp" : "=r"(h));
    return *h;
}
inline unsigned hart_id() { return this_hart().id; }

// The free bytes of this kernel stack, the upper half of a slot (mm/kstack.h); 0: it has overflowed.
inline usize stack_left() {
    const auto sp = reinterpret_cast<uptr>(__builtin_frame_address(0));
    return sp & KSTACK_SIZE ? sp % KSTACK_SIZE : 0;
}

extern "C" char boot_stacks[];  // boot.S: one slot for each hart
inline uptr boot_stack_top(unsigned hart) {
    return reinterpret_cast<uptr>(boot_stacks) + (hart + 1) * KSTACK_SLOT;
}

// Sends a software interrupt to a hart. Any context.
void send_ipi(unsigned hart);

// For a panic: stops each other hart when it takes its next interrupt. Waits for them at most 200 ms.
void stop_other_harts();
// In a software interrupt: does not return if stop_other_harts was called.
void stop_if_asked();

// The last time a hart waited for the host to accept output. Other harts may have waited for that hart.
extern std::atomic<u64> waited_for_host;

}  // namespace arch
