// How long an idle hart polls before it waits for an interrupt.
//
//              work came within the most, but after the polling
//     0  <-----------------------------------------------------> most
//              nothing came within the most: half as long
//
// While work comes in short intervals, polling finds it; while none comes, the hart only waits.
#pragma once

#include "lib/types.h"

// In ticks of the timer.
class PollWindow {
  public:
    // The most: not more than polling can win.
    constexpr explicit PollWindow(u64 most) : most_(most), length_(most) {}

    u64 length() const { return length_; }
    u64 most() const { return most_; }

    // The hart was idle for `idle`: it polled for length(), then waited.
    void note(u64 idle) {
        if (idle > most_)
            length_ = length_ / 2 < least() ? 0 : length_ / 2;
        else if (idle > length_)
            length_ = length_ * 2 > least() ? (length_ * 2 < most_ ? length_ * 2 : most_) : least();
    }

  private:
    u64 least() const { return (most_ + 7) / 8; }

    u64 most_;
    u64 length_;
};
