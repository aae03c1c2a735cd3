// For programs that measure: time, instructions, and the printing of figures.
//
// Each figure is a line "name value unit". Instructions are counted only under QEMU's `-icount shift=0 -smp
// 1`: NAME_instructions includes idle time, NAME_busy does not.
#pragma once

#include "lib/types.h"
#include "user.h"

namespace meter {

u64 instructions();
// Cycles since boot in which the harts were not idle, summed over all harts.
u64 busy_cycles();

// Taken at the start of a measurement.
struct Meter {
    u64 busy = busy_cycles();
    u64 time = nanouptime();
    u64 instret = instructions();

    u64 instructions_since() const { return instructions() - instret; }
    u64 ns_since() const { return nanouptime() - time; }
    u64 busy_since() const { return busy_cycles() - busy; }
};

// The port of `make server` that the boot argument NAME= gives. Ends the program if there is none.
u16 host_port(const char* name);

void print(const char* name, u64 value, const char* unit);
// Prints the quotient with one decimal.
void print_ratio(const char* name, u64 dividend, u64 divisor, const char* unit);
void print_us(const char* name, u64 ns);
// Prints the cost of one of `count` operations; nothing if instructions cannot be counted.
void print_counts(const char* instructions_name, const char* busy_name, u64 spent, u64 busy, u64 count);

}  // namespace meter
