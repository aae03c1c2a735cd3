// HyStart++ (RFC 9406): single rounds, and a bottleneck with a queue.
#include "net/tcp/hystart.h"

#include "abi/socket.h"
#include "tcp_sim.h"

using namespace net;
using packets::Packet;
using sim::Talker;

namespace {

struct Rounds : ::testing::Test {
    Rounds() { h.start(Seq(0)); }
    // One round of ten ACKs of 1,000 bytes; returns the growth of the window.
    u32 round(i64 rtt_ms, u32 acks = 10) {
        u32 grown = 0;
        for (u32 i = 0; i < acks; i++, una += 10'000 / acks)
            grown += h.on_ack(Seq(una), Seq(una + 10'000), milliseconds(rtt_ms), 1000, over);
        return grown;
    }
    HyStart h;
    u32 una = 0;
    bool over = false;
};

TEST_F(Rounds, EvenRoundTripsLetItGrow) {
    for (int i = 0; i < 20; i++) EXPECT_EQ(round(50), 10'000u);
    EXPECT_FALSE(over);
}

TEST_F(Rounds, LongerRoundTripsMakeItCautiousThenEndIt) {
    round(50), round(50);
    round(57);  // 50 ms plus more than an eighth
    EXPECT_TRUE(h.in_css());
    EXPECT_EQ(round(57), 2500u) << "a quarter of slow start's growth";
    for (int i = 0; i < 3; i++) round(58);
    EXPECT_FALSE(over);
    round(58);
    EXPECT_TRUE(over) << "after five rounds";
}

TEST_F(Rounds, AFluctuationIsForgiven) {
    round(50), round(50), round(60);
    EXPECT_TRUE(h.in_css());
    round(50);
    EXPECT_FALSE(h.in_css());
    EXPECT_EQ(round(50), 10'000u);
    EXPECT_FALSE(over);
}

TEST_F(Rounds, SoIsOneThatEndsWithTheFifthRound) {
    round(50), round(50), round(60);
    for (int i = 0; i < 4; i++) round(60);
    round(50);
    round(50);
    EXPECT_FALSE(h.in_css());
    EXPECT_FALSE(over);
}

TEST_F(Rounds, ALittleLongerIsNothing) {
    round(10), round(10), round(13);  // increase below 4 ms
    EXPECT_FALSE(h.in_css());
}

// Section 4.2: RttThresh = clamp(4 ms, lastRoundMinRTT / 8, 16 ms).
TEST_F(Rounds, TheThresholdIsAnEighthWithinBounds) {
    const struct {
        i64 first, threshold;
    } cases[] = {{8, 4}, {32, 4}, {40, 5}, {80, 10}, {128, 16}, {400, 16}};
    for (const auto [first, threshold] : cases) {
        for (const i64 more : {threshold - 1, threshold}) {
            h.start(Seq(una));
            round(first), round(first), round(first + more);
            EXPECT_EQ(h.in_css(), more == threshold) << first << " ms, then " << more << " ms more";
        }
    }
}

// Section 4.2: N_RTT_SAMPLE = 8.
TEST_F(Rounds, ARoundOfFewAcksSaysNothing) {
    round(50, 8), round(60, 7);
    EXPECT_FALSE(h.in_css());
    h.start(Seq(una));
    round(50, 8), round(60, 8);
    EXPECT_TRUE(h.in_css());
}

TEST_F(Rounds, TheShortestRoundTripOfARoundCounts) {
    round(50);
    h.on_ack(Seq(una), Seq(una + 10'000), milliseconds(50), 1000, over);
    una += 1000;
    for (u32 i = 1; i < 10; i++, una += 1000)
        h.on_ack(Seq(una), Seq(una + 9000), milliseconds(70), 1000, over);
    EXPECT_FALSE(h.in_css());
}

TEST_F(Rounds, RoundTripsAsLongAsTheFirstLongerOnesAreNoFluctuation) {
    round(50), round(57);
    EXPECT_TRUE(h.in_css());
    round(57);
    EXPECT_TRUE(h.in_css());
    round(56);
    EXPECT_FALSE(h.in_css()) << "shorter";
}

TEST_F(Rounds, TheFiveRoundsStartAgainAfterAFluctuation) {
    round(50), round(60), round(60), round(60), round(60);
    round(50);
    EXPECT_FALSE(h.in_css());
    round(60);
    EXPECT_TRUE(h.in_css());
    for (int i = 0; i < 4; i++) round(60);
    EXPECT_FALSE(over);
    round(60);
    EXPECT_TRUE(over);
}

TEST_F(Rounds, ARoundTripOfAnHourIsLong) {
    round(50), round(3'600'000);
    EXPECT_TRUE(h.in_css()) << "2^32 microseconds are 72 minutes";
    h.start(Seq(una));
    round(50), round(7'200'000);
    EXPECT_TRUE(h.in_css());
}

struct Bottleneck : sim::TwoStacks {};

// 40 ms and 1 MB/s: 40 KB are in flight, the rest waits in an unlimited queue, so nothing is lost. Slow start
// must still end.
TEST_F(Bottleneck, SlowStartEndsWithoutALoss) {
    wire->weather = {.delay = milliseconds(20), .bytes_per_second = 1'000'000};
    Pair p = connected();
    const Packet data = sim::random_bytes(1'500'000, 1);
    Talker client(p.client, data), server(p.server, {});
    p = {};
    EXPECT_TRUE(until([&] { return client.poll(), server.poll(), server.received.size() == data.size(); }));
    tcp_info info{};
    EXPECT_TRUE(
        client.socket().get_option(IPPROTO_TCP, TCP_INFO, {reinterpret_cast<u8*>(&info), sizeof info}).ok());
    EXPECT_LT(info.tcpi_snd_ssthresh, 500'000u);
    EXPECT_EQ(a->count(Stat::tcp_retransmits), 0u);
    EXPECT_TRUE(until([&] { return client.poll(), server.poll(), client.over() && server.over(); }));
    client.close();
    server.close();
}

}  // namespace
