// The cost of a bad wire in simulated time: 4 MiB at a round-trip time of 0.4 ms and 50 MB/s. The bounds are
// twice the measured times. Recovery by counting duplicate ACKs exceeds the bounds for many losses and for
// reordering.
#include "tcp_sim.h"

using namespace net;
using packets::Packet;
using sim::Talker;

namespace {

constexpr usize kBytes = 4 << 20;

struct BadWire : sim::TwoStacks, ::testing::WithParamInterface<int> {
    explicit BadWire(u32 features = 0) : TwoStacks(static_cast<u64>(GetParam()), features) {}

    // Sends from a to b and returns the duration.
    Duration carry(sim::Weather weather) {
        weather.delay = microseconds(200);
        weather.bytes_per_second = 50'000'000;
        weather.queue_limit = 256 << 10;
        wire->weather = weather;
        Pair p = connected();
        const Packet data = sim::random_bytes(kBytes, 1);
        Talker client(p.client, data), server(p.server, {});
        p = {};
        const Instant began = platform::now();
        const auto poll = [&] { return client.poll(), server.poll(), true; };
        EXPECT_TRUE(until([&] { return poll() && server.received.size() == kBytes; }));
        const Duration took = platform::now() - began;
        EXPECT_TRUE(server.received == data);
        EXPECT_TRUE(until([&] { return poll() && client.over() && server.over(); }));
        client.close();
        server.close();
        return took;
    }
    u64 count(Stat s) const { return a->count(s); }
};

TEST_P(BadWire, LossesTakeRoundTripsNotTimeouts) {
    EXPECT_LT(carry({.loss = 10}).ms(), 700);
    EXPECT_LE(count(Stat::tcp_timeouts), 1u);
}

TEST_P(BadWire, ManyLossesTakeFewTimeouts) {
    EXPECT_LT(carry({.loss = 50}).ms(), 2500);
    EXPECT_LE(count(Stat::tcp_timeouts), 5u) << "of about 300 losses";
}

TEST_P(BadWire, DamageIsLikeLoss) {
    EXPECT_LT(carry({.damage = 10}).ms(), 700);
    EXPECT_LE(count(Stat::tcp_timeouts), 1u);
}

TEST_P(BadWire, ReorderingIsHardlyTakenForLoss) {
    EXPECT_LT(carry({.hold = 200, .hold_time = milliseconds(20)}).ms(), 4500);
    EXPECT_LT(count(Stat::tcp_retransmits), 400u) << "of 2,900 segments, 580 of them late";
}

TEST_P(BadWire, AllOfItTogetherIsBorne) {
    EXPECT_LT(
        carry({.loss = 10, .doubling = 10, .damage = 10, .hold = 50, .hold_time = milliseconds(20)}).ms(),
        2500);
    EXPECT_LE(count(Stat::tcp_timeouts), 4u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, BadWire, ::testing::Range(1, 6));

// A device with offload gets bursts, for which data wait while others are in flight (should_defer in
// output.cc). So the window is seldom full when an ACK arrives, but must grow nevertheless.
struct BadWireWithOffload : BadWire {
    BadWireWithOffload() : BadWire(NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments) {}
};

TEST_P(BadWireWithOffload, BurstsDoNotStopTheGrowthOfTheWindow) {
    wire->filter = [this, n = 0u](sim::Port& from, const Packet&) mutable {
        return &from != &wire->a || ++n % 50 != 0;  // the same losses whatever the window
    };
    EXPECT_LT(carry({}).ms(), 240) << "290 if only ACKs of a full window let it grow";
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, BadWireWithOffload, ::testing::Values(1));

}  // namespace
