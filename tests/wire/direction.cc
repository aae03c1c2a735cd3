#include "tests/wire/direction.h"

#include "net/wire/ether.h"
#include "tests/wire/too_long.h"

namespace wire {

// std::mt19937_64 gives unrelated streams for seeds that differ in one bit.
Direction::Direction(const Weather& w, u64 seed)
    : weather_(w),
      loss_(w.loss, seed * 8),
      burst_begins_(w.burst, seed * 8 + 1),
      burst_ends_(1 / w.burst_length, seed * 8 + 2),
      burst_loss_(w.burst_loss, seed * 8 + 3),
      damage_(w.damage, seed * 8 + 4),
      doubling_(w.doubling, seed * 8 + 5),
      held_(w.held, seed * 8 + 6),
      jitter_(1, seed * 8 + 7) {}

static bool is_ipv4(Bytes frame) {
    const auto parsed = net::EtherFrame::parse(frame);
    return parsed && parsed->type() == net::EtherType::Ipv4 && !parsed->payload().empty();
}

void Direction::carry(Instant now, Bytes frame, std::vector<Arrival>& out) {
    counts.entered++;
    counts.bytes += frame.size();
    if (!weather_.mtu || !is_longer_than(frame, weather_.mtu)) return pass(now, frame, out);
    const std::vector<Frame> fragments = fragments_of(frame, weather_.mtu);
    if (fragments.empty()) return refuse(now, frame, out);
    counts.fragmented++;
    for (const Frame& fragment : fragments) pass(now, fragment, out);
}

void Direction::refuse(Instant now, Bytes frame, std::vector<Arrival>& out) {
    counts.too_long++;
    if (weather_.black_hole) return;
    Frame answer = fragmentation_needed(frame, weather_.mtu);
    if (!answer.empty()) out.push_back({now, std::move(answer), true});
}

void Direction::pass(Instant now, Bytes bytes, std::vector<Arrival>& out) {
    const bool ip = is_ipv4(bytes);
    const std::optional<Instant> leaves = through_the_bottleneck(now, bytes.size(), ip);
    if (!leaves) {
        counts.queue_full++;
        return;
    }
    Frame frame(bytes.begin(), bytes.end());
    if (!ip || spared_ < weather_.spared) {
        spared_ += ip;
        return out.push_back({*leaves + weather_.delay, std::move(frame)});
    }
    // Every kind draws a number for every frame, so that the kinds do not affect each other.
    const bool lost = loses_one(), damaged = damage_.strikes(), doubled = doubling_.strikes();
    const bool held = held_.strikes();
    const Duration took = time_under_way(held);
    if (damaged) flip_a_bit(frame);
    if (lost) {
        counts.lost++;
        return;
    }
    counts.damaged += damaged, counts.doubled += doubled, counts.held += held;
    if (doubled) out.push_back({*leaves + took, frame});
    out.push_back({*leaves + took, std::move(frame)});
}

void Direction::flip_a_bit(Frame& frame) {
    constexpr usize kHeader = sizeof(net::EtherHeader);
    const usize at = kHeader + damage_.number_below(frame.size() - kHeader);
    frame[at] ^= static_cast<u8>(1u << damage_.number_below(8));
}

// When the frame's last byte leaves the link. Nullopt: the queue is full.
std::optional<Instant> Direction::through_the_bottleneck(Instant now, usize size, bool may_drop) {
    const i64 rate = weather_.bytes_per_second;
    if (!rate) return now;
    if (free_at_ < now) free_at_ = now;
    const i64 waiting = (free_at_ - now).ns / 1000 * rate / 1'000'000;  // bytes; 1,000 s at 9 GB/s fit
    if (may_drop && weather_.queue_bytes && static_cast<usize>(waiting) + size > weather_.queue_bytes)
        return std::nullopt;
    free_at_ = free_at_ + Duration{static_cast<i64>(size) * 1'000'000'000 / rate};
    return free_at_;
}

bool Direction::loses_one() {
    if (loss_.strikes()) return true;
    if (!in_burst_ && !burst_begins_.strikes()) return false;
    in_burst_ = !burst_ends_.strikes();
    return burst_loss_.strikes();
}

Duration Direction::time_under_way(bool held) {
    Duration d = weather_.delay;
    if (weather_.jitter.ns)
        d.ns += static_cast<i64>(jitter_.number_below(static_cast<u64>(weather_.jitter.ns)));
    return held ? d + weather_.held_by : d;
}

}  // namespace wire
