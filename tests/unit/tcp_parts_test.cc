// Unit tests of TCP's components: RTT estimator, congestion control, buffers, mbuf fragments.
#include <gtest/gtest.h>

#include <cmath>

#include "net/tcp/congestion.h"
#include "net/tcp/prr.h"
#include "net/tcp/rtt.h"
#include "net/tcp/segment.h"
#include "net/tcp/send_buffer.h"
#include "new_mbuf.h"
#include "packets.h"

using namespace net;
using packets::Packet;

namespace {

// --- RFC 6298

TEST(TcpRtt, StartsWithASecond) { EXPECT_EQ(RttEstimator().rto(), seconds(1)); }

TEST(TcpRtt, FollowsTheFormulas) {
    RttEstimator r;
    r.sample(milliseconds(400));
    EXPECT_EQ(r.srtt(), milliseconds(400));
    EXPECT_EQ(r.rttvar(), milliseconds(200));
    EXPECT_EQ(r.rto(), milliseconds(1200));
    r.sample(milliseconds(800));
    EXPECT_EQ(r.rttvar(), milliseconds(250));
    EXPECT_EQ(r.srtt(), milliseconds(450));
    EXPECT_EQ(r.rto(), milliseconds(1450));
}

TEST(TcpRtt, HasBounds) {
    RttEstimator r;
    for (int i = 0; i < 50; i++) r.sample(microseconds(100));
    EXPECT_EQ(r.rto(), RttEstimator::kMin);
    for (int i = 0; i < 30; i++) r.back_off();
    EXPECT_EQ(r.rto(), RttEstimator::kMax);
    r.sample(microseconds(100));
    EXPECT_EQ(r.rto(), RttEstimator::kMin) << "a sample ends the backoff";
    r.sample(seconds(100));
    EXPECT_EQ(r.rto(), RttEstimator::kMax);
}

// --- congestion control

struct Control : ::testing::Test {
    Congestion start(const CongestionControl& control, u32 mss = 1000) {
        Congestion c;
        c.control = &control;
        congestion_start(c, mss);
        return c;
    }
};

TEST_F(Control, InitialWindowIsTenSegments) {
    EXPECT_EQ(initial_window(1460), 14600u);
    EXPECT_EQ(initial_window(536), 5360u);
    EXPECT_EQ(initial_window(9000), 18000u);
}

TEST_F(Control, SlowStartStopsAtTheThreshold) {
    Congestion c = start(kNewReno);
    c.ssthresh = 12'500;
    congestion_grow(c, 1000, {}, {});
    EXPECT_EQ(c.cwnd, 11'000u);
    congestion_grow(c, 5000, {}, {});
    EXPECT_EQ(c.cwnd, 12'500u) << "at most two segments per ACK, and not above ssthresh";
}

TEST_F(Control, NewRenoAddsASegmentEachWindow) {
    Congestion c = start(kNewReno);
    c.ssthresh = c.cwnd;
    for (int i = 0; i < 10; i++) congestion_grow(c, 1000, {}, {});
    EXPECT_EQ(c.cwnd, 11'000u);
    for (int i = 0; i < 11; i++) congestion_grow(c, 1000, {}, {});
    EXPECT_EQ(c.cwnd, 12'000u);
    c.control->reduce(c, 12'000);
    EXPECT_EQ(c.ssthresh, 6000u);
    c.control->reduce(c, 1000);
    EXPECT_EQ(c.ssthresh, 2000u) << "never below two segments";
}

TEST_F(Control, TimeoutLeavesOneSegment) {
    Congestion c = start(kNewReno);
    congestion_timeout(c, 0);
    EXPECT_EQ(c.cwnd, 1000u);
    congestion_timeout(c, 3000);
    EXPECT_EQ(c.cwnd, 4000u) << "in addition to the bytes in flight";
}

// RFC 9438 figure 1, in floating point.
double w_cubic(double t, double w_max, double cwnd) {
    const double k = std::cbrt((w_max - cwnd) / 0.4);
    return 0.4 * (t - k) * (t - k) * (t - k) + w_max;
}

TEST_F(Control, CubicFollowsItsCurve) {
    Congestion c = start(kCubic);
    c.cwnd = 100'000;
    c.control->reduce(c, 100'000);
    EXPECT_EQ(c.ssthresh, 70'000u);
    c.cwnd = c.ssthresh;
    Instant now{1'000'000'000};
    const Duration rtt = milliseconds(100);
    for (int ms = 0; ms <= 8000; ms += 100) {
        for (u32 acked = 0; acked < c.cwnd; acked += 1000)
            congestion_grow(c, 1000, rtt, now + milliseconds(ms));
        const double model = w_cubic((ms + 100) / 1000.0, 100, 70) * 1000;
        if (ms < 500) continue;
        EXPECT_NEAR(c.cwnd, model, 6000) << ms << " ms";
    }
    EXPECT_GT(c.cwnd, 100'000u);
}

TEST_F(Control, CubicIsNeverSlowerThanReno) {
    Congestion c = start(kCubic), r = start(kNewReno);
    for (Congestion* x : {&c, &r}) {
        x->control->reduce(*x, 10'000);
        x->cwnd = x->ssthresh;
    }
    Instant now{};
    for (int round = 0; round < 40; round++) {
        now = now + milliseconds(1);  // the curve is flat for such a short round trip
        for (u32 acked = 0; acked < 8000; acked += 1000) congestion_grow(c, 1000, milliseconds(1), now);
        for (u32 acked = 0; acked < 8000; acked += 1000) congestion_grow(r, 1000, milliseconds(1), now);
    }
    EXPECT_GT(c.cwnd + 1500, r.cwnd);
}

TEST_F(Control, CubicGivesWayToNewcomers) {
    Congestion c = start(kCubic);
    c.cwnd = 100'000;
    c.control->reduce(c, 100'000);
    EXPECT_EQ(c.w_max, 100'000u);
    c.cwnd = 80'000;
    c.control->reduce(c, 80'000);
    EXPECT_EQ(c.w_max, 68'000u) << "fast convergence: 0.85 of the window";
}

// RFC 9937: a recovery with another loss goes on as the ACKs arrive. If nothing were allowed, only the
// retransmission timer would send again.
TEST(TcpPrr, SendsAsMuchAsWasDelivered) {
    constexpr u32 kMss = 1000;
    Prr p;
    p.begin(3 * kMss);
    p.out = 2 * kMss;
    EXPECT_EQ(p.allowance(kMss, 0, 2 * kMss, kMss, false), kMss);
    EXPECT_EQ(p.allowance(kMss, kMss, 2 * kMss, kMss, true), kMss) << "up to ssthresh";
}

// The window shrinks from 10,000 bytes to 7,000.
TEST(TcpPrr, SendsInProportionWhileMoreThanSsthreshIsInFlight) {
    Prr p;
    p.begin(10'000);
    EXPECT_EQ(p.allowance(1000, 9000, 7000, 1000, true), 700u);
    p.out = 700;
    EXPECT_EQ(p.allowance(1000, 8700, 7000, 1000, true), 700u);
    p.out = 1400;
    EXPECT_EQ(p.allowance(1, 8400, 7000, 1000, true), 1u) << "rounded up";
    p.out = 5000;
    EXPECT_EQ(p.allowance(1000, 8000, 7000, 1000, true), 0u);
    p.begin(0);
    EXPECT_EQ(p.allowance(10, 5, 4, 1000, true), 40u) << "as if one byte had been in flight";
}

TEST(TcpPrr, GrowsToSsthreshAndNoFurther) {
    Prr p;
    p.begin(10'000);
    EXPECT_EQ(p.allowance(1000, 7000, 7000, 1000, true), 0u);
    EXPECT_EQ(p.allowance(1000, 6500, 7000, 1000, true), 500u);
    EXPECT_EQ(p.allowance(1000, 0, 7000, 1000, false), 3000u) << "what was delivered and not replaced";
    EXPECT_EQ(p.allowance(1000, 0, 7000, 500, true), 4500u) << "and a segment";
    p.out = 3500;
    EXPECT_EQ(p.allowance(500, 0, 7000, 1000, false), 1000u);
    p.out = 4300;
    EXPECT_EQ(p.allowance(500, 0, 7000, 1000, false), 700u);
    p.out = 5400;
    EXPECT_EQ(p.allowance(500, 0, 7000, 1000, false), 500u) << "at least what this ACK delivers";
}

TEST_F(Control, AlgorithmsHaveNames) {
    EXPECT_EQ(find_congestion_control("cubic"), &kCubic);
    EXPECT_EQ(find_congestion_control("newreno"), &kNewReno);
    EXPECT_EQ(find_congestion_control("bbr"), nullptr);
    EXPECT_TRUE(set_default_congestion_control("newreno"));
    EXPECT_EQ(&default_congestion_control(), &kNewReno);
    EXPECT_FALSE(set_default_congestion_control("none"));
    EXPECT_TRUE(set_default_congestion_control("cubic"));
}

// --- options

TEST(TcpOptionsIn, TakesWhatIsWellFormed) {
    const Packet o{2, 4, 5, 0xb4, 1, 3, 3, 15, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9};
    const TcpOptionsIn in = parse_tcp_options(o);
    EXPECT_EQ(in.mss, 1460);
    EXPECT_EQ(in.scale, 14) << "RFC 7323: at most 14";
    EXPECT_TRUE(in.sack_permitted && in.has_scale && in.has_timestamps);
    EXPECT_EQ(in.ts_value, 7u);
    EXPECT_EQ(in.ts_echo, 9u);
    const Packet bad{2, 4, 5, 0xb4, 3, 0};
    EXPECT_EQ(parse_tcp_options(bad).mss, 1460);
    EXPECT_FALSE(parse_tcp_options(bad).has_scale);
}

// --- mbuf fragments, and the send buffer

MbufQueue mbufs_of(const Packet& p, usize each) {
    MbufQueue q;
    for (usize i = 0; i < p.size(); i += each) {
        MbufPtr m = new_mbuf(0);
        const usize n = std::min(each, p.size() - i);
        std::copy_n(p.begin() + static_cast<long>(i), n, m->put(n));
        q.push_tail(std::move(m));
    }
    return q;
}

Packet all_of(const Mbuf& m) {
    Packet p;
    m.for_each_range([&p](Bytes b) { p.insert(p.end(), b.begin(), b.end()); });
    return p;
}

struct Parts : ::testing::Test {
    ~Parts() override { EXPECT_EQ(mbuf_usage().in_use(), before); }
    u64 before = mbuf_usage().in_use();
};

TEST_F(Parts, LiveAsLongAsAnybodyNeedsThem) {
    MbufPtr owner = new_mbuf(0), a = new_mbuf(), b = new_mbuf();
    const Packet data = packets::filled(1000);
    std::copy(data.begin(), data.end(), owner->put(1000));
    EXPECT_TRUE(a->attach(*owner, owner->data(), 600));
    EXPECT_TRUE(b->attach(*owner, owner->data() + 600, 400));
    EXPECT_TRUE(a->attach(*owner, owner->data() + 600, 400));
    owner.reset();
    EXPECT_EQ(all_of(*a), data);
    EXPECT_EQ(a->chain_length(), 1000u);
    a.reset();
    EXPECT_EQ(all_of(*b).size(), 400u);
    b.reset();
}

TEST_F(Parts, AreFlattened) {
    MbufPtr owner = new_mbuf(0), m = new_mbuf();
    const Packet data = packets::filled(1000);
    std::copy(data.begin(), data.end(), owner->put(1000));
    *m->put(1) = 0xff;
    EXPECT_TRUE(m->attach(*owner, owner->data(), 1000));
    EXPECT_TRUE(m->is_scattered());
    EXPECT_TRUE(m->flatten());
    EXPECT_FALSE(m->is_scattered());
    EXPECT_EQ(m->length(), 1001u);
    EXPECT_EQ(all_of(*m), packets::join({0xff}, data));
    owner.reset();
    m.reset();
}

TEST_F(Parts, HaveTheirBound) {
    MbufPtr owner = new_mbuf(0), m = new_mbuf(0);
    owner->put(100);
    usize n = 0;
    while (m->attach(*owner, owner->data(), 1)) n++;
    EXPECT_EQ(n, m->fragment_count());
    EXPECT_GE(n, 100u);
    EXPECT_EQ(m->chain_length(), n);
    EXPECT_EQ(owner->chain_length(), 100u);
    m.reset();
}

Packet sim_bytes(usize n) {
    Packet p(n);
    for (usize i = 0; i < n; i++) p[i] = static_cast<u8>(i * 7 + i / 251);
    return p;
}

struct SendBuffers : Parts {
    SendBuffer buffer;
    Packet put(u32 offset, u32 n, bool gather) {
        MbufPtr m = new_mbuf();
        EXPECT_TRUE(buffer.put(*m, offset, n, gather));
        return all_of(*m);
    }
    void TearDown() override { buffer.clear(); }
};

TEST_F(SendBuffers, GiveAnyRange) {
    const Packet data = sim_bytes(10'000);
    MbufQueue q = mbufs_of(data, 999);
    buffer.append(q);
    EXPECT_EQ(buffer.bytes(), 10'000u);
    for (u32 at : {0u, 1u, 998u, 999u, 5000u, 3000u, 8541u}) {
        const Packet want(data.begin() + at, data.begin() + at + 1459);
        EXPECT_EQ(put(at, 1459, true), want);
        EXPECT_EQ(put(at, 1459, false), want);
    }
    buffer.drop(1500);
    EXPECT_EQ(put(0, 1000, true), Packet(data.begin() + 1500, data.begin() + 2500));
    EXPECT_EQ(put(7000, 1500, true), Packet(data.begin() + 8500, data.end()));
    buffer.drop(8500);
    EXPECT_EQ(buffer.mbufs(), 0u);
}

TEST_F(SendBuffers, PutSmallWritesTogether) {
    for (int i = 0; i < 1000; i++) {
        MbufQueue q = mbufs_of({u8(i)}, 1);
        buffer.append(q);
    }
    EXPECT_EQ(buffer.mbufs(), 1u);
    EXPECT_EQ(put(0, 1000, false), packets::filled(1000));
}

TEST_F(SendBuffers, GiveTheSameBytesAfterADrop) {
    const Packet data = sim_bytes(10'000);
    MbufQueue q = mbufs_of(data, 1999);
    buffer.append(q);
    const auto bytes = [&data](u32 from) { return Packet(data.begin() + from, data.begin() + from + 100); };
    EXPECT_EQ(put(4500, 100, false), bytes(4500));
    buffer.drop(1500);
    EXPECT_EQ(put(4500, 100, false), bytes(6000)) << "behind the last place";
    EXPECT_EQ(put(10, 100, false), bytes(1510));
    buffer.drop(50);
    EXPECT_EQ(put(300, 100, false), bytes(1850)) << "in the first mbuf, of which a part is gone";
    buffer.drop(449);
    EXPECT_EQ(put(0, 100, false), bytes(1999)) << "the first mbuf is gone";
}

TEST_F(SendBuffers, ForgetAll) {
    MbufQueue q = mbufs_of(packets::filled(5000), 1999);
    buffer.append(q);
    (void)put(4500, 100, false);
    buffer.clear();
    EXPECT_EQ(buffer.bytes(), 0u);
    EXPECT_EQ(buffer.mbufs(), 0u);
    const Packet data = sim_bytes(5000);
    MbufQueue other = mbufs_of(data, 1998);
    buffer.append(other);
    EXPECT_EQ(put(4500, 100, false), Packet(data.begin() + 4500, data.begin() + 4600));
}

TEST_F(SendBuffers, FillAnMbufToItsEnd) {
    const auto append = [this](usize n) {
        MbufQueue q = mbufs_of(packets::filled(n), n);
        buffer.append(q);
    };
    append(1008), append(1008);
    EXPECT_EQ(buffer.mbufs(), 1u);
    append(500), append(1009);
    EXPECT_EQ(buffer.mbufs(), 3u) << "a long write is not copied";
}

TEST_F(SendBuffers, GiveNoEmptyFragment) {
    MbufQueue q = mbufs_of(packets::filled(4000), 1999);
    buffer.append(q);
    MbufPtr m = new_mbuf();
    EXPECT_TRUE(buffer.put(*m, 1999, 100, true));
    EXPECT_EQ(m->fragment_count(), 1u);
    m.reset();
}

TEST_F(SendBuffers, SayThatASegmentIsFull) {
    MbufQueue q = mbufs_of(packets::filled(200 * 1009), 1009);
    buffer.append(q);
    MbufPtr m = new_mbuf();
    EXPECT_FALSE(buffer.put(*m, 0, 2000, false)) << "no room for a copy";
    m = new_mbuf();
    EXPECT_FALSE(buffer.put(*m, 0, 200 * 1009, true)) << "nor for so many fragments";
    m.reset();
}

}  // namespace
