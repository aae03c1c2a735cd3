// One direction of a simulated link: it loses, duplicates, reorders, damages and delays frames, and its rate
// may be limited.
#pragma once

#include <random>

#include "lib/time.h"
#include "packets.h"

namespace sim {

// Probabilities in thousandths.
struct Weather {
    unsigned loss = 0, doubling = 0, damage = 0;
    Duration delay = microseconds(100), jitter{};  // jitter reorders
    i64 bytes_per_second = 0;                      // 0: unlimited
    usize queue_limit = 0;                         // bytes that wait at the bottleneck; 0: unlimited
    unsigned hold = 0;                             // probability of a late frame
    Duration hold_time{};                          // its extra delay: later frames overtake it
    unsigned burst = 0;                            // probability that a burst of losses begins
    unsigned burst_length = 0;                     // the number of frames that a burst loses
};

class Line {
  public:
    // Takes its random numbers from `random`, which other lines may use too.
    explicit Line(std::mt19937_64& random) : random_(random) {}

    enum class Spared : u8 { No, FromDamage, FromAll };  // delay and rate spare no frame
    struct Copy {
        Instant at;
        packets::Packet frame;
        bool damaged;
    };
    // The copies that arrive of a frame sent now, and when; none: it is lost.
    std::vector<Copy> carry(packets::Packet frame, Instant now, Spared spared);

    Weather weather;

  private:
    bool chance(unsigned thousandths) { return random_() % 1000 < thousandths; }
    bool is_lost();
    bool wait_for_turn(usize size, Instant& leaves);
    bool damage(packets::Packet& frame);

    std::mt19937_64& random_;
    Instant free_at_{};  // when the bottleneck's queue is empty
    unsigned still_to_lose_ = 0;
};

}  // namespace sim
