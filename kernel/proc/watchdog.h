// The watchdog of a debug build. A hart without a timer interrupt for ten seconds is stuck in the kernel with
// interrupts off; the hart that detects this panics.
//
// Time in which the detecting hart itself did not run does not count, because QEMU was stopped. Time in which
// the serial port waits for the host's terminal does not count either (sync/patience.h).
#pragma once

#include "lib/types.h"

#ifdef NX6_DEBUG
// Called when the hart is set up and in each timer interrupt, before any lock is taken.
void watchdog_beat(u64 time);

// The longest time between two timer interrupts, also on an idle hart.
inline constexpr u64 kWatchdogBeat = 10'000'000;  // one second
#else
inline void watchdog_beat(u64) {}
inline constexpr u64 kWatchdogBeat = ~0ull / 2;
#endif
