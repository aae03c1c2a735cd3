// What each hart (hardware thread, a "CPU") keeps for itself. tp points at it whenever the kernel runs.
#pragma once

#include <atomic>

#include "abi/param.h"
#include "arch/riscv.h"

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
    u32 held_ranks = 0;         // debug: one bit a lock rank held (sync/lock_debug.h)
    Thread* current = nullptr;
    Thread* idle = nullptr;  // what runs when nothing else can

    std::atomic<mm::Space*> space{nullptr};  // the address space in satp; null: the kernel's alone
    u64 space_epoch = 0;                     // the space's epoch when its translations were last flushed
    u64 stack_epoch = 0;                     // likewise for kernel stacks (mm/kstack.h)
    u64 armed_for = ~0ull;                   // the time in stimecmp
    u64 idle_cycles = 0;                     // spent waiting for interrupts
    u64 switched_at = 0;                     // time at which `current` got the hart
};

extern "C" Hart harts[kMaxHarts];  // boot.S names it
extern unsigned hart_count;        // as the device tree says, at most kMaxHarts

inline Hart& this_hart() {
    Hart* h;
    asm volatile("mv %0, tp" : "=r"(h));
    return *h;
}
inline unsigned hart_id() { return this_hart().id; }

// Makes another hart take a software interrupt. Any context.
void send_ipi(unsigned hart);

}  // namespace arch
