// The time since boot without a system call: user programs may read the machine's timer.
#pragma once

#include "lib/types.h"

// In nanoseconds, as nanouptime() returns it. QEMU's virt machine counts at 10 MHz.
inline u64 ns_since_boot() {
    constexpr u64 kNsPerTick = 100;
    u64 ticks;
    asm volatile("rdtime %0" : "=r"(ticks));
    return ticks * kNsPerTick;
}
