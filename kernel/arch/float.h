// The floating-point registers of user programs. The kernel itself is compiled without floating point, so
// they stay in the CPU while it works, and cost nothing where nobody uses them:
//
//   off    sstatus.FS = Off. The first instruction that touches them traps, and sys/trap.cc switches them on.
//   on     until the hart goes to another thread. Then they are saved, if the program has changed them:
//          FS = Dirty.
//
// Thread context. All of it works on the registers of the hart it runs on.
#pragma once

#include "lib/types.h"

namespace arch {

// As a program finds it: zeros, rounding to nearest, no exception flags. float.S knows the layout.
struct FloatState {
    u64 f[32] = {};
    u64 fcsr = 0;
};
static_assert(sizeof(FloatState) == 33 * 8);

// Puts these values into the registers and lets the program use them.
void float_switch_on(const FloatState& state);
// Saves the registers, if they have changed since they were loaded or saved last. They stay on.
void float_save(FloatState& state);
// Takes them away from the program; what they hold is forgotten.
void float_switch_off();

}  // namespace arch
