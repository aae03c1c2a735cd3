// One direction of the wire, without sockets and clocks: the n-th IPv4 frame has the same fate in every run
// with the same seed and weather.
#pragma once

#include <optional>
#include <random>

#include "tests/wire/weather.h"

namespace wire {

// A kind of harm. Each has random numbers of its own, so that more loss does not move the frames that are
// doubled.
class Chance {
  public:
    Chance(double share, u64 seed) : share_(share), random_(seed) {}
    bool strikes() { return share_ > 0 && fraction() < share_; }
    u64 number_below(u64 n) { return random_() % n; }

  private:
    double fraction() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
    double share_;
    std::mt19937_64 random_;
};

// A frame and when it comes out of the wire; `back`: at the end where it, or what it answers, went in.
struct Arrival {
    Instant when;
    Frame frame;
    bool back = false;
};

class Direction {
  public:
    // Directions of one wire need different seeds.
    Direction(const Weather& weather, u64 seed);

    // A frame enters; adds to `out` what comes out of it: nothing, one arrival, or several.
    void carry(Instant now, Bytes frame, std::vector<Arrival>& out);

    Counts counts;

  private:
    void pass(Instant now, Bytes frame, std::vector<Arrival>& out);
    void refuse(Instant now, Bytes frame, std::vector<Arrival>& out);
    std::optional<Instant> through_the_bottleneck(Instant now, usize size, bool may_drop);
    bool loses_one();
    void flip_a_bit(Frame& frame);
    Duration time_under_way(bool held);

    Weather weather_;
    Chance loss_, burst_begins_, burst_ends_, burst_loss_, damage_, doubling_, held_, jitter_;
    bool in_burst_ = false;
    u64 spared_ = 0;
    Instant free_at_{};  // when the link has sent all that waits
};

}  // namespace wire
