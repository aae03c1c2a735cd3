#include "net/tcp/hystart.h"

namespace net {
namespace {

// Section 4.3.
constexpr u32 kMinThreshold = 4000, kMaxThreshold = 16'000, kDivisor = 8;
constexpr u8 kSamples = 8, kCssRounds = 5;
constexpr u32 kCssGrowthDivisor = 4;

u32 threshold(u32 last_min) {
    const u32 t = last_min / kDivisor;
    return t < kMinThreshold ? kMinThreshold : t > kMaxThreshold ? kMaxThreshold : t;
}

}  // namespace

void HyStart::begin_round(Seq nxt) {
    window_end_ = nxt;
    last_min_ = current_min_;
    current_min_ = kInfinity;
    samples_ = 0;
    if (in_css()) css_rounds_++;
}

void HyStart::take_sample(u32 rtt) {
    if (rtt < current_min_) current_min_ = rtt;
    if (samples_ < kSamples) samples_++;
    if (samples_ < kSamples) return;
    if (in_css()) {
        if (current_min_ < baseline_) baseline_ = kInfinity;  // only jitter: back to slow start
    } else if (last_min_ != kInfinity && current_min_ >= last_min_ + threshold(last_min_)) {
        baseline_ = current_min_;
        css_rounds_ = 0;
    }
}

u32 HyStart::on_ack(Seq una, Seq nxt, Duration rtt, u32 acked, bool& over) {
    if (una.at_or_after(window_end_)) begin_round(nxt);
    take_sample(static_cast<u32>(rtt.us() < kInfinity ? rtt.us() : kInfinity - 1));
    over = in_css() && css_rounds_ >= kCssRounds;
    return in_css() ? acked / kCssGrowthDivisor : acked;
}

}  // namespace net
