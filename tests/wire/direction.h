// One direction of the wire, without sockets and clocks. Runs with the same seed and weather treat the n-th
// IPv4 frame the same.
#pragma once

#include <optional>
#include <random>

#include "tests/wire/weather.h"

namespace wire {

// One kind of damage. Each has its own random numbers, so that, for example, more loss does not change which
// frames are duplicated.
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

// A frame and when it leaves the wire. `back`: it leaves at the end where it, or the frame it answers,
// entered.
struct Arrival {
    Instant when;
    Frame frame;
    bool back = false;
};

class Direction {
  public:
    // The two directions of a wire need different seeds.
    Direction(const Weather& weather, u64 seed);

    // Takes a frame; adds its arrivals (none, one or several) to `out`.
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
    Instant free_at_{};  // when the link has sent all queued frames
};

}  // namespace wire
