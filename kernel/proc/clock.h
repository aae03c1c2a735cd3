// The clock: from the platform's ticks (100 ns) to Instants and back.
#pragma once

#include "arch/riscv.h"
#include "lib/time.h"

inline constexpr u64 kNsPerClockTick = 1'000'000'000 / arch::kTimebaseHz;

inline Instant clock_instant(u64 ticks) { return {ticks * kNsPerClockTick}; }
inline Instant clock_now() { return clock_instant(arch::read_time()); }

// Rounded up: a timer set for an Instant never fires before it.
inline u64 clock_ticks(Instant t) { return t.ns / kNsPerClockTick + (t.ns % kNsPerClockTick != 0); }
