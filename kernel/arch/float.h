// The floating-point registers of user programs. The kernel itself is compiled without floating point, so the
// values stay in the registers during a trap. A program that does not use them has no cost:
//
//   off    sstatus.FS = Off. The first floating-point instruction traps, and sys/trap.cc switches them on.
//   on     until the hart switches to another thread. The registers are then saved if FS is Dirty.
//
// Thread context. All functions work on the registers of the calling hart.
#pragma once

#include "lib/types.h"

namespace arch {

// The initial state of a program: zeros, round to nearest, no exception flags. float.S depends on the layout.
struct FloatState {
    u64 f[32] = {};
    u64 fcsr = 0;
};
static_assert(sizeof(FloatState) == 33 * 8);

// Loads the registers from `state` and enables floating point for the program.
void float_switch_on(const FloatState& state);
// Saves the registers if they have changed since the last load or save. They stay enabled.
void float_save(FloatState& state);
// Disables floating point. The register values are lost.
void float_switch_off();

}  // namespace arch
