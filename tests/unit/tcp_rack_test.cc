// RACK-TLP (RFC 8985): loss detection by time, the reordering window, lost retransmissions, tail loss probes.
// The round-trip time is 100 ms.
#include "net/tcp/rack.h"
#include "tcp_peer.h"

using namespace net;

namespace {

constexpr u32 kMss = 1000;

struct TcpRack : TcpPeerTest {
    TcpRack() { round_trip = milliseconds(100); }
    using Blocks = std::vector<std::pair<u32, u32>>;
    // Sends segments of kMss from sequence number 1.
    void flight(usize segments, usize written = 0) {
        accept_one({.flags = kSyn, .mss = kMss, .sack_ok = true});
        EXPECT_EQ(send(written ? written : segments * kMss).error(), Errno::None);
        EXPECT_EQ(hear_all().size(), segments);
    }
    void ack(u32 upto, Blocks sacks = {}) { say({.seq = 1, .ack = upto, .sacks = std::move(sacks)}); }
    std::vector<u32> heard() {
        std::vector<u32> seqs;
        for (const Seg& s : hear_all()) seqs.push_back(s.seq);
        return seqs;
    }
    using Seqs = std::vector<u32>;
};

TEST(RackOrder, IsThatOfTimeAndThenOfNumbers) {
    const Rack delivered{.xmit_ts = {100}, .end_seq = Seq(1000)};
    EXPECT_TRUE(delivered.is_after({99}, Seq(2000)));
    EXPECT_TRUE(delivered.is_after({100}, Seq(999)));
    EXPECT_FALSE(delivered.is_after({100}, Seq(1000)));
    EXPECT_FALSE(delivered.is_after({101}, Seq(500))) << "a retransmission of what was sent before";
}

// Two SACKed segments do not mark a loss immediately, but do so after a quarter of the round-trip time.
TEST_F(TcpRack, AFewSegmentsAreEnoughAfterTheReorderingWindow) {
    flight(3);
    pass(milliseconds(100));
    ack(1, {{1001, 3001}});
    EXPECT_EQ(heard(), Seqs{});
    pass(milliseconds(20));
    EXPECT_EQ(heard(), Seqs{});
    pass(milliseconds(10));
    EXPECT_EQ(heard(), Seqs{1});
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    ack(3001);
}

TEST_F(TcpRack, ReorderingWithinTheWindowIsNoLoss) {
    flight(3);
    pass(milliseconds(100));
    ack(1, {{1001, 3001}});
    pass(milliseconds(20));
    ack(3001);
    EXPECT_EQ(heard(), Seqs{});
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u);
}

// After reordering has been seen, three SACKed segments do not mark a loss.
TEST_F(TcpRack, WhereTheNetworkReordersManySegmentsProveNothing) {
    flight(10, 30 * kMss);
    pass(milliseconds(100));
    ack(1, {{1001, 2001}});
    ack(2001);  // 1 arrived late: reordering
    hear_all();
    ack(2001, {{3001, 9001}});
    for (u32 seq : heard()) EXPECT_GT(seq, 10'000u) << "not yet marked lost";
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u);
    pass(milliseconds(30));
    const Seqs again = heard();
    EXPECT_TRUE(std::find(again.begin(), again.end(), 2001u) != again.end())
        << "marked lost after a quarter of 100 ms";
    ack(30'001);
    device.sent.clear();
}

// After the loss of ACKs, one ACK reports segments below the highest for the first time, although they
// arrived in order.
TEST_F(TcpRack, TheLossOfAnAckIsNoReordering) {
    flight(10);
    pass(milliseconds(100));
    ack(2001, {{3001, 6001}});  // the ACKs of 1, 1001, 3001 and 4001 were lost
    EXPECT_EQ(heard(), Seqs{2001}) << "without waiting for the reordering window";
    ack(10'001);
}

TEST_F(TcpRack, TheOrderOfSackBlocksIsNoReordering) {
    flight(10);
    pass(milliseconds(100));
    ack(1, {{7001, 9001}, {1001, 6001}});  // RFC 2018: the most recent block is the first
    EXPECT_EQ(heard(), (Seqs{1, 6001})) << "without waiting for the reordering window";
    ack(10'001);
}

// RFC 8985 section 6.2 step 4.
TEST_F(TcpRack, ADsackWidensTheReorderingWindow) {
    flight(10, 60 * kMss);
    pass(milliseconds(100));
    ack(1, {{1001, 2001}});
    ack(2001);
    ack(2001, {{3001, 10001}});
    hear_all();
    pass(milliseconds(30));
    hear_all();
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    ack(10001, {{2001, 3001}});  // D-SACK: the retransmission was unnecessary
    EXPECT_EQ(count(Stat::tcp_dsacks_in), 1u);
    EXPECT_EQ(count(Stat::tcp_spurious_recoveries), 1u);
    const auto sent = hear_all();
    ASSERT_FALSE(sent.empty());
    const u32 next = sent[0].seq;
    pass(milliseconds(100));
    ack(next, {{next + kMss, next + 4 * kMss}});
    device.sent.clear();
    pass(milliseconds(30));
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u) << "30 ms are within two quarters of 100 ms";
    pass(milliseconds(60));
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 2u);
    ack(60'001);
    device.sent.clear();
}

TEST_F(TcpRack, ALostRetransmissionIsFoundWithoutTheTimer) {
    flight(10, 40 * kMss);
    pass(milliseconds(100));
    ack(1, {{1001, 4001}});
    EXPECT_EQ(heard(), Seqs{1});
    pass(milliseconds(1));
    ack(1, {{1001, 10001}});
    const Seqs later = heard();
    ASSERT_FALSE(later.empty());
    EXPECT_EQ(later[0], 10'001u) << "sent after the retransmission";
    pass(milliseconds(100));
    ack(1, {{1001, 11'001}});
    const Seqs again = heard();
    ASSERT_FALSE(again.empty());
    EXPECT_EQ(again[0], 1u) << "the third transmission";
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    ack(40'001);
    device.sent.clear();
}

TEST_F(TcpRack, ATailLossIsProbed) {
    flight(4);
    pass(milliseconds(100));
    ack(2001);  // 2001 and 3001 are lost
    pass(milliseconds(150));
    EXPECT_EQ(heard(), Seqs{});
    pass(milliseconds(60));
    EXPECT_EQ(heard(), Seqs{3001}) << "the last segment, after two round trips";
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u);
    pass(milliseconds(100));
    ack(2001, {{3001, 4001}});
    pass(milliseconds(50));
    EXPECT_EQ(heard(), Seqs{2001}) << "the SACK of the probe reveals the other loss";
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    ack(4001);
}

TEST_F(TcpRack, AProbeSendsNewDataIfThereAreAny) {
    flight(10, 20 * kMss);
    pass(milliseconds(250));
    EXPECT_EQ(heard(), Seqs{10'001});
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u);
    pass(milliseconds(40));
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u) << "only one probe at a time";
    ack(20'001);
    device.sent.clear();
}

// With one segment in flight the probe allows for the peer's delayed ACK.
TEST_F(TcpRack, ASingleSegmentIsProbedLate) {
    flight(1);
    pass(milliseconds(250));
    EXPECT_EQ(heard(), Seqs{});
    ack(1001);
}

// Section 7.4.2: only the probe repaired the loss, so the congestion window is still reduced.
TEST_F(TcpRack, AProbeThatRepairedALossReducesTheWindow) {
    flight(10, 10 * kMss);
    pass(milliseconds(100));
    ack(8001);
    const u32 cwnd = info().tcpi_snd_cwnd;
    pass(milliseconds(210));
    EXPECT_EQ(heard(), Seqs{9001});
    pass(milliseconds(100));
    ack(10'001);
    EXPECT_EQ(info().tcpi_snd_cwnd, cwnd) << "not yet known whether the original arrived too";
    EXPECT_EQ(value_of(send(kMss)), kMss);
    hear_all();
    pass(milliseconds(100));
    ack(11'001);
    EXPECT_LT(info().tcpi_snd_cwnd, cwnd);
}

TEST_F(TcpRack, ANeedlessProbeCostsNothing) {
    flight(10, 10 * kMss);
    pass(milliseconds(100));
    ack(8001);
    const u32 cwnd = info().tcpi_snd_cwnd;
    pass(milliseconds(210));
    EXPECT_EQ(heard(), Seqs{9001});
    ack(10'001);
    ack(10'001, {{9001, 10'001}});  // both arrived
    EXPECT_EQ(value_of(send(kMss)), kMss);
    hear_all();
    ack(11'001);
    EXPECT_GE(info().tcpi_snd_cwnd, cwnd);
}

TEST_F(TcpRack, WithoutSackThereAreNoProbes) {
    accept_one({.flags = kSyn, .mss = kMss});
    EXPECT_EQ(value_of(send(4 * kMss)), 4 * kMss);
    hear_all();
    pass(milliseconds(250));
    EXPECT_EQ(count(Stat::tcp_tail_probes), 0u);
    ack(4001);
    device.sent.clear();
}

}  // namespace
