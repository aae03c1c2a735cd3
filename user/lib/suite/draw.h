// Draw: random numbers for tests.
#pragma once

#include "lib/types.h"

namespace suite {

// A random generator: the same seed gives the same numbers on every machine.
class Draw {
  public:
    explicit Draw(u64 seed) : state_(seed * 0x9e37'79b9'7f4a'7c15 + 1) {}
    u64 next() {  // xorshift64*
        state_ ^= state_ >> 12, state_ ^= state_ << 25, state_ ^= state_ >> 27;
        return state_ * 0x2545'f491'4f6c'dd1d;
    }
    unsigned below(unsigned n) { return static_cast<unsigned>((next() >> 32) % n); }

  private:
    u64 state_;
};

}  // namespace suite
