// The clock: conversion between ticks of the time CSR (100 ns) and Instants.
#pragma once

#include "arch/riscv.h"
#include "lib/time.h"

inline constexpr u64 kNsPerClockTick = 1'000'000'000 / arch::kTimebaseHz;

inline Instant clock_instant(u64 ticks) { return {ticks * kNsPerClockTick}; }
inline Instant clock_now() { return clock_instant(arch::read_time()); }

// Rounds up, so that a timer never fires before its Instant.
inline u64 clock_ticks(Instant t) { return t.ns / kNsPerClockTick + (t.ns % kNsPerClockTick != 0); }
