// How long a debug build waits before it takes a hart, or the holder of a lock, for stuck.
#pragma once

#include "arch/hart.h"

// Adds up the time that passes between calls of ended(). A gap of more than two seconds between two calls is
// not the kernel's doing: somebody has stopped the emulator.
class Patience {
  public:
    static constexpr u64 kSeconds = 10;

    // True once it has. The serial port may wait for the host for as long as it takes.
    bool ended(u64 now) {
        const u64 gap = last_ ? now - last_ : 0;
        last_ = now;
        if (now - arch::waited_for_host.load(std::memory_order_relaxed) < arch::kTimebaseHz) spent_ = 0;
        if (gap < 2 * arch::kTimebaseHz) spent_ += gap;
        return spent_ > kSeconds * arch::kTimebaseHz;
    }

  private:
    u64 last_ = 0;
    u64 spent_ = 0;
};
