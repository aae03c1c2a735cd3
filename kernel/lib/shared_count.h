// SharedCount: a number that several threads change at the same time.
//
// A program with one thread, compiled with NX6_ONE_THREAD, changes it with an ordinary load and store: on the
// host, atomic instructions are a third of the time of a small datagram.
#pragma once

#include <atomic>

#include "lib/types.h"

class SharedCount : public std::atomic<u32> {
  public:
    using std::atomic<u32>::atomic;

#ifdef NX6_ONE_THREAD
    // As the functions of std::atomic with these names: they return the number before the change.
    u32 fetch_add(u32 n, std::memory_order) {
        return change([n](u32 old) { return old + n; });
    }
    u32 fetch_sub(u32 n, std::memory_order) {
        return change([n](u32 old) { return old - n; });
    }
    u32 fetch_or(u32 bits, std::memory_order) {
        return change([bits](u32 old) { return old | bits; });
    }
    u32 fetch_and(u32 bits, std::memory_order) {
        return change([bits](u32 old) { return old & bits; });
    }

  private:
    template <class F>
    u32 change(F f) {
        const u32 old = load(std::memory_order_relaxed);
        store(f(old), std::memory_order_relaxed);
        return old;
    }
#endif
};
