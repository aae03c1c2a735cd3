// How long a debug build waits for a hart or a lock before it panics.
#pragma once

#include "arch/hart.h"

// Adds up the time between calls of ended(). A gap of two seconds or more does not count: QEMU was stopped.
class Patience {
  public:
    static constexpr u64 kSeconds = 10;

    // True after kSeconds. Restarts if a hart has waited for the host's serial port: that wait is unlimited.
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
