// Counters: one array for each hart, so counting needs no atomic operation; reading sums them.
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

// Thread context only: a thread's increment could overwrite the increment of an interrupt handler.
class Stats {
  public:
    void bump(Stat s, u64 n = 1) { harts_.local()[static_cast<usize>(s)] += n; }

    // The sum over all harts, since boot.
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
