// What the parts of stress share.
#pragma once

#include <span>

#include "lib/types.h"
#include "posix/posix.h"

namespace stress {

constexpr u64 kNsPerSecond = 1'000'000'000;

extern u64 random_state;
u64 random_below(u64 n);

// The result of a call that must not fail.
int must(int result, const char* what);

void spin(u64 turns);

// A child's pid, or 0 in the child. Others use up the processes too: waits for its turn.
int fork_patiently();

// A child ends, and with this status.
void expect_end(int want);

// What a worker does, a round at a time, and how many do it side by side.
struct Kind {
    const char* name;
    void (*round)();
    int workers;
};
constexpr usize kMostKinds = 16;
std::span<const Kind> kinds();

}  // namespace stress
