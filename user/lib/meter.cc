#include "meter.h"

namespace meter {

u64 instructions() {
    u64 n;
    asm volatile("rdinstret %0" : "=r"(n));
    return n;
}

u64 busy_cycles() {
    struct cpuinfo c;
    if (cpuinfo(&c) < 0) return 0;
    u64 busy = 0;
    for (unsigned i = 0; i < c.harts && i < NCPU; i++) busy += c.now - c.idle[i];
    return busy;
}

// Without -icount the counters follow the host's clock and count no instructions. A loop of known length
// detects that; it runs up to three times, because an interrupt may occur in it.
static bool counters_are_exact() {
    constexpr u64 kTurns = 1000, kExpected = 2 * kTurns, kAround = 16;
    for (int tries = 0; tries < 3; tries++) {
        u64 left = kTurns;
        const u64 before = instructions();
        asm volatile("1: addi %0, %0, -1\n bnez %0, 1b" : "+r"(left));
        const u64 counted = instructions() - before;
        if (counted >= kExpected && counted <= kExpected + kAround) return true;
    }
    return false;
}

u16 host_port(const char* name) {
    char text[16];
    long number;
    if (bootarg(name, text, sizeof text) > 0 && parse_number(text, 1, 65535, &number))
        return static_cast<u16>(number);
    die("the boot argument %s=PORT is missing: start the guest with `make qemu`", name);
}

void print(const char* name, u64 value, const char* unit) { printf("%-24s %12lu %s\n", name, value, unit); }

void print_ratio(const char* name, u64 dividend, u64 divisor, const char* unit) {
    const u64 tenths = divisor ? (dividend * 10 + divisor / 2) / divisor : 0;
    printf("%-24s %10lu.%lu %s\n", name, tenths / 10, tenths % 10, unit);
}

void print_us(const char* name, u64 ns) { print_ratio(name, ns, 1000, "us"); }

void print_counts(const char* instructions_name, const char* busy_name, u64 spent, u64 busy, u64 count) {
    if (!counters_are_exact()) return;
    print_ratio(instructions_name, spent, count, "instructions each");
    print_ratio(busy_name, busy, count, "instructions each, all harts, without idle time");
}

}  // namespace meter
