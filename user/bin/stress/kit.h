// Shared by the files of stress.
#pragma once

#include <span>

#include "lib/types.h"
#include "posix/posix.h"

namespace stress {

constexpr u64 kNsPerSecond = 1'000'000'000;

extern u64 random_state;
u64 random_below(u64 n);

// Returns the result of a call that must not fail.
int must(int result, const char* what);

void spin(u64 turns);

// fork() that waits while other workers have used up the processes or the memory.
int fork_patiently();

// Waits for a child, which must end with this status.
void expect_end(int want);

// A kind of work: one round of it, and the number of workers.
struct Kind {
    const char* name;
    void (*round)();
    int workers;
};
constexpr usize kMostKinds = 16;
std::span<const Kind> kinds();

}  // namespace stress
