#include "line.h"

namespace sim {

bool Line::is_lost() {
    if (chance(weather.loss)) return true;
    if (weather.burst == 0) return false;
    if (still_to_lose_ == 0 && chance(weather.burst)) still_to_lose_ = weather.burst_length;
    if (still_to_lose_ == 0) return false;
    still_to_lose_--;
    return true;
}

// False: the bottleneck's queue is full.
bool Line::wait_for_turn(usize size, Instant& leaves) {
    if (weather.bytes_per_second == 0) return true;
    const Duration takes{static_cast<i64>(size) * 1'000'000'000 / weather.bytes_per_second};
    if (free_at_ > leaves) {
        const i64 waiting = (free_at_ - leaves).ns / 1000 * weather.bytes_per_second / 1'000'000;
        if (weather.queue_limit && static_cast<usize>(waiting) > weather.queue_limit) return false;
        leaves = free_at_;
    }
    free_at_ = leaves = leaves + takes;
    return true;
}

// Changes one bit behind the Ethernet header.
bool Line::damage(packets::Packet& frame) {
    if (frame.size() <= 14 || !chance(weather.damage)) return false;
    frame[14 + random_() % (frame.size() - 14)] ^= u8(1 << random_() % 8);
    return true;
}

std::vector<Line::Copy> Line::carry(packets::Packet frame, Instant now, Spared spared) {
    const bool exposed = spared != Spared::FromAll;
    Instant leaves = now;
    if ((exposed && is_lost()) || !wait_for_turn(frame.size(), leaves)) return {};
    const bool damaged = spared == Spared::No && damage(frame);
    if (exposed && chance(weather.hold)) leaves = leaves + weather.hold_time;
    const int copies = exposed && chance(weather.doubling) ? 2 : 1;
    std::vector<Copy> arriving;
    for (int i = 0; i < copies; i++) {
        const u64 jitter = weather.jitter.ns ? random_() % static_cast<u64>(weather.jitter.ns) : 0;
        arriving.push_back({leaves + weather.delay + Duration{static_cast<i64>(jitter)}, frame, damaged});
    }
    return arriving;
}

}  // namespace sim
