// Computes the retransmission timeout from measured round trips (RFC 6298).
#pragma once

#include "lib/time.h"

namespace net {

// The caller must follow Karn's algorithm: no sample from a retransmitted segment, unless its timestamp shows
// which copy was acknowledged.
class RttEstimator {
  public:
    // Section 2.4 requires a minimum of 1 s because of clocks with a resolution of 500 ms. Ours is 1 us; the
    // minimum only covers the peer's delayed ACK, at most 200 ms on common systems.
    static constexpr Duration kInitial = seconds(1), kMin = milliseconds(200), kMax = seconds(60);
    // A peer with a hole acknowledges at once (RFC 5681 section 4.2), so this only covers scheduling delays.
    static constexpr Duration kMinWithHole = milliseconds(20);

    void sample(Duration rtt) {
        const i64 us = rtt.us() > 0 ? rtt.us() : 1;
        if (us < min_) min_ = us;
        if (srtt_ == 0) {
            srtt_ = us;
            rttvar_ = us / 2;
        } else {
            const i64 error = us > srtt_ ? us - srtt_ : srtt_ - us;
            rttvar_ += (error - rttvar_) / 4;
            srtt_ += (us - srtt_) / 8;  // never 0, because us is not
        }
        backoff_ = 0;
        base_ = microseconds(srtt_ + 4 * rttvar_);
    }

    // Section 5.5: doubles, up to kMax.
    void back_off() {
        if (backoff_ < kMaxBackoff) backoff_++;
    }
    void forget_backoff() { backoff_ = 0; }

    // Section 5.7: after a retransmitted SYN, the timeout is 3 s until there is a sample.
    void start_careful() {
        if (srtt_ == 0) base_ = seconds(3);
        backoff_ = 0;
    }

    Duration rto(bool hole = false) const {
        const Duration least = hole ? kMinWithHole : kMin;
        const Duration wait = (base_ < least ? least : base_) * (i64{1} << backoff_);
        return wait > kMax ? kMax : wait;
    }
    Duration srtt() const { return microseconds(srtt_); }                            // 0: no sample yet
    Duration min() const { return min_ < kNone ? microseconds(min_) : Duration{}; }  // the shortest sample
    Duration eighth_of_min() const { return {min_ < kNone ? min_ * 125 : 0}; }
    Duration rttvar() const { return microseconds(rttvar_); }
    u8 backoff() const { return backoff_; }

  private:
    static constexpr u8 kMaxBackoff = 10;

    static constexpr i64 kNone = i64{1} << 40;
    i64 srtt_ = 0, rttvar_ = 0;  // microseconds
    i64 min_ = kNone;
    Duration base_ = kInitial;  // without backoff
    u8 backoff_ = 0;
};

}  // namespace net
