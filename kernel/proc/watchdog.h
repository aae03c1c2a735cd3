// The watchdog of a debug build: a hart whose timer interrupt has not come for ten seconds is stuck in the
// kernel with interrupts off, and whichever hart notices panics and says so.
//
// Time in which the noticing hart itself did not run does not count: then the emulator was stopped, not a
// hart. Nor does time in which the serial port waits for the host's terminal to take its output.
#pragma once

#include "lib/types.h"

#ifdef NX6_DEBUG
// When the hart is set up, and in each timer interrupt, before any lock is taken.
void watchdog_beat(u64 time);

// An idle hart has no other need of a timer.
inline constexpr u64 kWatchdogBeat = 10'000'000;  // a second
#else
inline void watchdog_beat(u64) {}
inline constexpr u64 kWatchdogBeat = ~0ull / 2;
#endif
