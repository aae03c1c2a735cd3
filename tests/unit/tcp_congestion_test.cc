// Congestion control, with exact windows: what all algorithms share (kernel/net/tcp/congestion.cc) and
// NewReno. The sender's maximum segment size (SMSS) is 1,000 bytes.
#include "net/tcp/congestion.h"

#include <gtest/gtest.h>

#include <vector>

using namespace net;

namespace {

// Records the calls of grow().
class Spy final : public CongestionControl {
  public:
    const char* name() const override { return "spy"; }
    void grow(Congestion&, u32 acked, Duration, Instant) const override { calls.push_back(acked); }
    void reduce(Congestion&, u32) const override {}
    mutable std::vector<u32> calls;
};

struct SlowStart : ::testing::Test {
    SlowStart() {
        c.control = &spy;
        congestion_start(c, 1000);
    }
    void acknowledge(u32 bytes) { congestion_grow(c, bytes, milliseconds(100), Instant{}); }
    Spy spy;
    Congestion c;
};

TEST(InitialWindow, IsTenSegmentsButFewerIfTheyAreLong) {
    EXPECT_EQ(initial_window(1000), 10'000u);
    EXPECT_EQ(initial_window(2000), 14'600u);
    EXPECT_EQ(initial_window(7300), 14'600u);
    EXPECT_EQ(initial_window(8000), 16'000u);
}

// RFC 9406 section 4.3: L = 8.
TEST_F(SlowStart, GrowsByEightSegmentsForAnAckAtMost) {
    acknowledge(8000);
    EXPECT_EQ(c.cwnd, 18'000u);
    acknowledge(20'000);
    EXPECT_EQ(c.cwnd, 26'000u);
}

TEST_F(SlowStart, CountsBytesNotAcks) {
    acknowledge(1), acknowledge(999);
    EXPECT_EQ(c.cwnd, 11'000u);
}

// RFC 5681 section 3.1: congestion avoidance begins when cwnd reaches ssthresh.
TEST_F(SlowStart, TheAlgorithmGetsTheBytesAboveTheThreshold) {
    c.ssthresh = 12'000;
    acknowledge(1000);
    acknowledge(1000);
    EXPECT_EQ(spy.calls, (std::vector<u32>{})) << "slow start used all bytes";
    EXPECT_FALSE(c.in_slow_start());
    acknowledge(300);
    EXPECT_EQ(spy.calls, (std::vector<u32>{300}));
    c.ssthresh = 12'400;
    acknowledge(1000);
    EXPECT_EQ(c.cwnd, 12'400u);
    EXPECT_EQ(spy.calls, (std::vector<u32>{300, 600}));
}

TEST_F(SlowStart, TheAlgorithmGetsNothingBelowTheThreshold) {
    c.ssthresh = 19'000;
    acknowledge(20'000);
    EXPECT_EQ(c.cwnd, 18'000u) << "limited to eight segments";
    EXPECT_EQ(spy.calls, (std::vector<u32>{}));
}

TEST_F(SlowStart, IsTheFirstUntilALossSetsTheThreshold) {
    EXPECT_TRUE(c.in_first_slow_start());
    EXPECT_TRUE(c.in_slow_start());
    kNewReno.reduce(c, 10'000);
    EXPECT_FALSE(c.in_first_slow_start());
}

// --- timeouts and idle periods

struct Window : SlowStart {
    Window() { c.credit = 500, c.in_epoch = true; }
};

TEST_F(Window, ATimeoutStartsAgainWithOneSegmentMoreThanIsInFlight) {
    congestion_timeout(c, 3000);
    EXPECT_EQ(c.cwnd, 4000u);
    EXPECT_EQ(c.credit, 0u);
    EXPECT_FALSE(c.in_epoch);
}

// RFC 5681 section 4.1: the restart window is min(IW, cwnd).
TEST_F(Window, AnIdlePeriodReducesItToTheInitialWindow) {
    c.cwnd = 50'000;
    congestion_restart(c);
    EXPECT_EQ(c.cwnd, 10'000u);
    EXPECT_FALSE(c.in_epoch);
    c.cwnd = 4000;
    congestion_restart(c);
    EXPECT_EQ(c.cwnd, 4000u) << "it never grows";
}

TEST_F(Window, AConnectionKeepsItsAlgorithm) {
    EXPECT_EQ(c.control, &spy);
    Congestion other;
    congestion_start(other, 1000);
    EXPECT_EQ(other.control, &default_congestion_control());
}

// --- NewReno (RFC 5681)

TEST(NewReno, AddsASegmentForEachWindowAcknowledged) {
    Congestion c{.control = &kNewReno, .cwnd = 10'000, .ssthresh = 10'000, .mss = 1000};
    kNewReno.grow(c, 9999, {}, {});
    EXPECT_EQ(c.cwnd, 10'000u);
    kNewReno.grow(c, 1, {}, {});
    EXPECT_EQ(c.cwnd, 11'000u);
    EXPECT_EQ(c.credit, 0u);
    kNewReno.grow(c, 11'600, {}, {});
    EXPECT_EQ(c.cwnd, 12'000u);
    EXPECT_EQ(c.credit, 600u) << "counts for the next segment";
}

// Equation 4: max(FlightSize / 2, 2 SMSS).
TEST(NewReno, HalvesTheFlightAfterALoss) {
    Congestion c{.control = &kNewReno, .cwnd = 20'000, .mss = 1000, .credit = 700};
    kNewReno.reduce(c, 9002);
    EXPECT_EQ(c.ssthresh, 4501u);
    EXPECT_EQ(c.credit, 0u);
    kNewReno.reduce(c, 4002);
    EXPECT_EQ(c.ssthresh, 2001u);
    kNewReno.reduce(c, 3000);
    EXPECT_EQ(c.ssthresh, 2000u);
}

}  // namespace
