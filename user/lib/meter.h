// What programs that measure have in common: time, instructions, and how figures are printed.
//
// Each figure is a line "name value unit". Under QEMU's `-icount shift=0 -smp 1`, and only there,
// instructions are counted too: NAME_instructions as they passed, time spent idle included, and NAME_busy
// without it.
#pragma once

#include "lib/types.h"
#include "user.h"

namespace meter {

u64 instructions();
// Cycles since boot that the harts were not idle, in all.
u64 busy_cycles();

// Sampled where a measurement begins.
struct Meter {
    u64 busy = busy_cycles();
    u64 time = nanouptime();
    u64 instret = instructions();

    u64 instructions_since() const { return instructions() - instret; }
    u64 ns_since() const { return nanouptime() - time; }
    u64 busy_since() const { return busy_cycles() - busy; }
};

void print(const char* name, u64 value, const char* unit);
// With one decimal.
void print_ratio(const char* name, u64 dividend, u64 divisor, const char* unit);
void print_us(const char* name, u64 ns);
// What one of `count` things cost; nothing when instructions cannot be counted.
void print_counts(const char* instructions_name, const char* busy_name, u64 spent, u64 busy, u64 count);

}  // namespace meter
