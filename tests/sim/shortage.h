// An allocation of the network stack that fails (World::fail_at), by Kind::NoMem or by `make
// alloc-failure`. It is weather: a program tries again, and what a stack does not send is lost.
#pragma once

#include "lib/result.h"
#include "world.h"

namespace sim {

inline bool memory_may_fail() { return fake::world().loses; }

inline bool lacks_memory(Errno e) { return memory_may_fail() && (e == Errno::NoMem || e == Errno::NoBufs); }

// What call() returns; if memory is short, what it returns the second time. Only one allocation fails.
template <class F>
auto with_patience(F call) {
    auto first = call();
    return lacks_memory(first.error()) ? call() : std::move(first);
}

}  // namespace sim
