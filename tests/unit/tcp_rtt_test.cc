// The retransmission timeout (RFC 6298): kernel/net/tcp/rtt.h. More is in tcp_parts_test.cc.
#include <gtest/gtest.h>

#include "net/tcp/rtt.h"

using namespace net;

namespace {

RttEstimator after(std::initializer_list<Duration> samples) {
    RttEstimator r;
    for (const Duration d : samples) r.sample(d);
    return r;
}

// Section 2.3.
TEST(TcpRtt, FollowsSmallerSamplesToo) {
    const RttEstimator r = after({milliseconds(400), milliseconds(320)});
    EXPECT_EQ(r.rttvar(), milliseconds(170)) << "3/4 * 200 + 1/4 * 80";
    EXPECT_EQ(r.srtt(), milliseconds(390));
    EXPECT_EQ(r.rto(), milliseconds(390 + 4 * 170));
}

TEST(TcpRtt, ASampleBelowTheClocksResolutionIsASample) {
    const RttEstimator r = after({Duration{}});
    EXPECT_EQ(r.srtt(), microseconds(1)) << "0 would mean that there is none";
    EXPECT_EQ(r.min(), microseconds(1));
    EXPECT_EQ(after({Duration{-5000}}).srtt(), microseconds(1));
    EXPECT_EQ(after({microseconds(1)}).srtt(), microseconds(1));
}

TEST(TcpRtt, KeepsTheShortestSample) {
    EXPECT_EQ(RttEstimator().min(), Duration{});
    EXPECT_EQ(RttEstimator().eighth_of_min(), Duration{});
    const RttEstimator r = after({milliseconds(8), milliseconds(4), milliseconds(6)});
    EXPECT_EQ(r.min(), milliseconds(4));
    EXPECT_EQ(r.eighth_of_min(), microseconds(500));
}

// Section 5.5.
TEST(TcpRtt, DoublesWithEachTimeout) {
    RttEstimator r;
    for (int i = 0; i < 6; i++) {
        EXPECT_EQ(r.backoff(), i);
        EXPECT_EQ(r.rto(), std::min(seconds(1 << i), RttEstimator::kMax));
        r.back_off();
    }
    for (int i = 0; i < 20; i++) r.back_off();
    EXPECT_EQ(r.backoff(), 10) << "it stops where the timeout has long reached its maximum";
    EXPECT_EQ(r.rto(), RttEstimator::kMax);
    r.forget_backoff();
    EXPECT_EQ(r.backoff(), 0);
    EXPECT_EQ(r.rto(), seconds(1));
}

// Section 5.7.
TEST(TcpRtt, WaitsThreeSecondsAfterARepeatedSynUnlessThereIsASample) {
    RttEstimator none, one = after({milliseconds(100)});
    for (RttEstimator* r : {&none, &one}) {
        r->back_off();
        r->start_careful();
        EXPECT_EQ(r->backoff(), 0);
    }
    EXPECT_EQ(none.rto(), seconds(3));
    EXPECT_EQ(one.rto(), milliseconds(300));
}

// A peer with a hole acknowledges at once.
TEST(TcpRtt, TheMinimumIsShorterWithAHole) {
    const RttEstimator fast = after({milliseconds(1)}), slow = after({milliseconds(20)});
    EXPECT_EQ(fast.rto(), milliseconds(200));
    EXPECT_EQ(fast.rto(true), milliseconds(20));
    EXPECT_EQ(slow.rto(true), milliseconds(60));
    EXPECT_EQ(slow.rto(), milliseconds(200));
}

}  // namespace
