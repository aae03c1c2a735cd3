// CUBIC (RFC 9438), with exact windows: kernel/net/tcp/cubic.cc. Segments have 1,000 bytes.
#include <gtest/gtest.h>

#include "net/tcp/congestion.h"

using namespace net;

namespace {

constexpr Duration kRtt = milliseconds(100);

// W_max is 3,200 segments above the window at the start, so K = cbrt(3200 / 0.4) = 20 s.
struct Curve : ::testing::Test {
    static constexpr u32 kStart = 8'000'000, kMax = 11'200'000;
    Curve() {
        kCubic.grow(c, 0, kRtt, kEpoch);
        EXPECT_EQ(c.cwnd, kStart);
        EXPECT_TRUE(c.in_epoch);
    }
    // The curve is evaluated one round trip ahead: at `on_curve` after the start.
    void grow(u32 acked, Duration on_curve) { grow(c, acked, on_curve); }
    static void grow(Congestion& c, u32 acked, Duration on_curve) {
        kCubic.grow(c, acked, kRtt, kEpoch + Duration{on_curve.ns - kRtt.ns});
    }
    // The window after a whole window was acknowledged, so it reaches the target.
    u32 target(Duration on_curve) const {
        Congestion copy = c;
        grow(copy, c.cwnd, on_curve);
        return copy.cwnd;
    }
    static constexpr Instant kEpoch{1'000'000'000'000};
    Congestion c{.control = &kCubic, .cwnd = kStart, .ssthresh = kStart, .mss = 1000, .w_max = kMax};
};

// Equation 1, with C = 0.4: ten seconds before and after K, the distance is 0.4 * 1000 segments.
TEST_F(Curve, IsACubicFunctionAroundK) {
    EXPECT_EQ(target(seconds(10)), kMax - 400'000);
    EXPECT_EQ(target(seconds(20)), kMax);
    EXPECT_EQ(target(seconds(30)), kMax + 400'000);
    EXPECT_EQ(c.k_ms, 20'000u);
}

TEST_F(Curve, TheTargetIsAtMostHalfAWindowAhead) {
    EXPECT_EQ(target(seconds(60)), kStart + kStart / 2);
    EXPECT_EQ(target(seconds(120)), kStart + kStart / 2);
}

// The cube of this time in milliseconds is a multiple of 2^64.
TEST_F(Curve, DoesNotOverflowAfterAnHour) {
    EXPECT_EQ(target(seconds(20) + milliseconds(1 << 22)), kStart + kStart / 2);
}

TEST_F(Curve, NeverReducesTheWindow) {
    c.cwnd = kMax;  // above the curve
    EXPECT_EQ(target(seconds(10)), kMax);
}

// A path MTU that grows during an epoch makes the distance longer than W_max.
TEST_F(Curve, MayStartBelowZero) {
    c.mss = 9000;
    c.w_est = 0;
    EXPECT_EQ(target(kRtt), kStart);
}

// Section 4.4: (target - cwnd) / cwnd for each segment, here 3.2 million / 8 million.
TEST_F(Curve, TheWindowApproachesTheTargetInOneRoundTrip) {
    c.w_est = 0;
    grow(1000, seconds(20));
    EXPECT_EQ(c.cwnd, kStart + 400);
    EXPECT_EQ(c.credit, 0u);
}

TEST_F(Curve, AFractionOfAByteCountsForTheNextAck) {
    c.w_est = 0;
    grow(1, seconds(20));
    EXPECT_EQ(c.cwnd, kStart);
    EXPECT_EQ(c.credit, 3'200'000u);
    grow(2, seconds(20));
    EXPECT_EQ(c.cwnd, kStart + 1);
    EXPECT_EQ(c.credit, 1'600'000u);
}

TEST_F(Curve, AnEpochBeginsAtTheFirstAckAfterALoss) {
    kCubic.reduce(c, c.cwnd);
    EXPECT_FALSE(c.in_epoch);
    c.cwnd = c.ssthresh;
    kCubic.grow(c, 0, kRtt, kEpoch + seconds(77));
    kCubic.grow(c, 0, kRtt, kEpoch + seconds(78));
    EXPECT_EQ(c.epoch_at, kEpoch + seconds(77));
}

// --- Reno's window (section 4.3)

struct RenoRegion : ::testing::Test {
    // An epoch that begins with `cwnd` and this W_max.
    Congestion begin(u32 cwnd, u32 w_max) {
        Congestion c{
            .control = &kCubic, .cwnd = cwnd, .ssthresh = cwnd, .mss = 1000, .credit = 9, .w_max = w_max};
        kCubic.grow(c, 0, {}, Instant{});
        EXPECT_EQ(c.cwnd, cwnd);
        EXPECT_EQ(c.w_est, cwnd);
        EXPECT_EQ(c.credit, 0u);
        return c;
    }
    void grow(Congestion& c, u32 acked) { kCubic.grow(c, acked, {}, Instant{}); }
};

TEST_F(RenoRegion, BelowTheOldWindowItGrowsByNineSeventeenths) {
    Congestion c = begin(10'000, 20'000);
    grow(c, 17'000);
    EXPECT_EQ(c.w_est, 10'900u);
    EXPECT_EQ(c.cwnd, 10'900u);
}

TEST_F(RenoRegion, AboveTheOldWindowItGrowsByASegmentEachRoundTrip) {
    Congestion c = begin(10'000, 10'000);
    EXPECT_EQ(c.k_ms, 0u);
    grow(c, 10'000);
    EXPECT_EQ(c.cwnd, 11'000u);
}

TEST_F(RenoRegion, WithoutALossTheOldWindowIsTheCurrentOne) {
    Congestion c = begin(10'000, 0);
    EXPECT_EQ(c.w_max, 10'000u);
    EXPECT_EQ(c.k_ms, 0u);
}

TEST_F(RenoRegion, TheCurveCountsIfItIsHigher) {
    Congestion c = begin(10'000, 15'000);
    // At K the target is 15,000, half a window ahead; Reno's window is 10,052.
    kCubic.grow(c, 1000, milliseconds(c.k_ms), Instant{});
    EXPECT_EQ(c.w_est, 10'052u);
    EXPECT_EQ(c.cwnd, 10'500u);
}

// --- a loss (sections 4.6 and 4.7)

struct CubicLoss : ::testing::Test {
    Congestion after(u32 cwnd, u32 w_max, u32 flight) {
        Congestion c{
            .control = &kCubic, .cwnd = cwnd, .mss = 1000, .credit = 9, .w_max = w_max, .in_epoch = true};
        kCubic.reduce(c, flight);
        EXPECT_EQ(c.credit, 0u);
        EXPECT_FALSE(c.in_epoch);
        return c;
    }
};

TEST_F(CubicLoss, LeavesSevenTenthsOfTheFlight) {
    EXPECT_EQ(after(20'000, 0, 10'000).ssthresh, 7000u);
    EXPECT_EQ(after(20'000, 0, 50'000).ssthresh, 14'000u) << "of the window, if more is in flight";
    EXPECT_EQ(after(20'000, 0, 2860).ssthresh, 2002u);
    EXPECT_EQ(after(20'000, 0, 2000).ssthresh, 2000u) << "at least two segments";
}

TEST_F(CubicLoss, BelowTheOldWindowConvergesFaster) {
    EXPECT_EQ(after(20'000, 20'000, 20'000).w_max, 20'000u);
    EXPECT_EQ(after(20'000, 20'001, 20'000).w_max, 17'000u);
    EXPECT_EQ(after(20'000, 10'000, 20'000).w_max, 20'000u);
}

}  // namespace
