// How long an idle hart polls before it waits for an interrupt.
//
// - Work came while it polled: the time stays as it is.
// - Work came later, but within twice the longest time: it polls for twice as long, which may find it. The
//   work may have been there long before the hart woke up, because a card may delay an interrupt: QEMU's
//   E1000 until 128 us after the one before.
// - Nothing came within twice the longest time: polling was in vain, so it polls for half as long. If that
//   happens again and again, it does not poll any more.
#pragma once

#include "lib/types.h"

// In ticks of the timer.
class PollWindow {
  public:
    // most: the longest time. It should not exceed what an interrupt costs more than polling.
    constexpr explicit PollWindow(u64 most) : most_(most), length_(most) {}

    u64 length() const { return length_; }
    u64 most() const { return most_; }

    // The hart was idle for `idle`: it polled for length(), then waited.
    void note(u64 idle) {
        if (idle > 2 * most_)
            length_ = length_ / 2 < least() ? 0 : length_ / 2;
        else if (idle > length_)
            length_ = length_ * 2 > least() ? (length_ * 2 < most_ ? length_ * 2 : most_) : least();
    }

  private:
    u64 least() const { return (most_ + 7) / 8; }

    u64 most_;
    u64 length_;
};
