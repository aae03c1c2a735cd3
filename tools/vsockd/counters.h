// What vsockd counts (counters.def). Every dropped packet and every refusal has a reason.
#pragma once

#include "lib/types.h"

namespace vsockd {

struct Counters {
#define COUNTER(name, meaning) u64 name = 0;
#include "tools/vsockd/counters.def"
#undef COUNTER

    // Says each one that is not 0.
    void print() const;
};

}  // namespace vsockd
