// Counters: one array a hart, so that counting is a load, an addition and a store; summed when read.
#pragma once

#include <array>

#include "net/platform.h"

namespace net {

enum class Stat : u16 {
#define COUNTER(name, meaning) name,
#include "abi/net_stats.def"
#undef COUNTER
};

inline constexpr usize kStatCount = 0
#define COUNTER(name, meaning) +1
#include "abi/net_stats.def"
#undef COUNTER
    ;

// Thread context only: an interrupt handler's increment could get lost in a thread's.
class Stats {
  public:
    void bump(Stat s, u64 n = 1) { harts_.local()[static_cast<usize>(s)] += n; }

    // Since boot, over all harts.
    u64 count(Stat s) const {
        u64 sum = 0;
        for (unsigned hart = 0; hart < platform::kMaxHarts; hart++)
            sum += harts_.at(hart)[static_cast<usize>(s)];
        return sum;
    }

  private:
    platform::PerHart<std::array<u64, kStatCount>> harts_{};
};

}  // namespace net
