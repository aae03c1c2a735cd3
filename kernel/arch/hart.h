// What each hart (hardware thread, a "CPU") keeps for itself. tp points at it whenever the kernel runs.
#pragma once

#include <atomic>

#include "abi/param.h"
#include "arch/riscv.h"
#include "mm/layout_asm.h"

struct Thread;
namespace mm {
class Space;
}

namespace arch {

inline constexpr unsigned kMaxHarts = NCPU;

struct alignas(64) Hart {
    u32 id = 0;
    bool need_resched = false;  // give the hart to another thread before returning to user mode
    bool ticking = false;       // the time-slice timer is running
    bool float_on = false;      // the current program may use the floating-point registers (arch/float.h)
    u32 held_ranks = 0;         // debug: one bit a lock rank held (sync/lock_debug.h)
    Thread* current = nullptr;
    Thread* idle = nullptr;  // what runs when nothing else can

    std::atomic<mm::Space*> space{nullptr};  // the address space in satp; null: the kernel's alone
    u64 space_epoch = 0;                     // the space's epoch when its translations were last flushed
    u64 armed_for = ~0ull;                   // the time in stimecmp
    u64 idle_cycles = 0;                     // spent waiting for interrupts
    u64 switched_at = 0;                     // time at which `current` got the hart

    std::atomic<u64> beat{0};      // debug: time of the last timer interrupt (proc/watchdog.h)
    std::atomic<uptr> stopped{0};  // the frame in which the hart was stopped for good; see stop_other_harts
    u64 stopped_pc = 0;            // and what it was at
};

extern "C" Hart harts[kMaxHarts];  // boot.S names it
extern unsigned hart_count;        // as the device tree says, at most kMaxHarts

inline Hart& this_hart() {
    Hart* h;
    asm volatile("mv %0, tp" : "=r"(h));
    return *h;
}
inline unsigned hart_id() { return this_hart().id; }

// The bytes below sp on this kernel stack, the upper half of a slot (mm/kstack.h); 0: it has run over.
inline usize stack_left() {
    const auto sp = reinterpret_cast<uptr>(__builtin_frame_address(0));
    return sp & KSTACK_SIZE ? sp % KSTACK_SIZE : 0;
}

extern "C" char boot_stacks[];  // boot.S: one slot a hart
inline uptr boot_stack_top(unsigned hart) {
    return reinterpret_cast<uptr>(boot_stacks) + (hart + 1) * KSTACK_SLOT;
}

// Makes another hart take a software interrupt. Any context.
void send_ipi(unsigned hart);

// For a panic: stops all the others, as soon as they take an interrupt. Waits for them, but not for long.
void stop_other_harts();
// In a software interrupt: does not return if the hart is to stop.
void stop_if_asked();

// When a hart last had to wait for the host to take output: then others may have to wait for that hart.
extern std::atomic<u64> waited_for_host;

}  // namespace arch
