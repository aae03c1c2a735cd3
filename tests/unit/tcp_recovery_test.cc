// Golden traces of loss recovery: one lost, several lost, a lost retransmission, reordering, a timeout that
// was in error, with SACK and without.
#include "tcp_peer.h"

using namespace net;

namespace {

constexpr u32 kMss = 1000;

struct TcpLoss : TcpPeerTest {
    using Blocks = std::vector<std::pair<u32, u32>>;
    // Ten segments are on their way: 1, 1001, ... 9001.
    void ten(bool sack, bool ts = false) {
        Seg syn{.flags = kSyn, .mss = kMss, .sack_ok = sack};
        if (ts) syn.mss = kMss + 12, syn.ts = {{1, 0}};
        accept_one(syn);
        EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_CONGESTION, packets::text("newreno")).ok());
        EXPECT_EQ(send(50'000).value(), 50'000u);
        const auto sent = hear_all();
        ASSERT_EQ(sent.size(), 10u);
        EXPECT_TRUE(sent[9].is(kAck, 9001, 1, kMss));
        if (ts) first_ts = sent[0].ts->value;
    }
    void ack(u32 upto, Blocks sacks = {}) { say({.seq = 1, .ack = upto, .sacks = std::move(sacks)}); }
    void expect(u32 seq) {
        const Seg s = hear();
        EXPECT_TRUE(s.is(kAck, seq, 1, kMss)) << s << ", wanted " << seq;
    }
    u32 first_ts = 0;
};

TEST_F(TcpLoss, OneLostWithoutSack) {
    ten(false);
    ack(1001);  // 2000 more may go: slow start
    expect(10001), expect(11001);
    // 1001 is lost; 2001 ... arrive, a duplicate ACK each.
    ack(1001);
    expect(12001);  // limited transmit, RFC 3042
    ack(1001);
    expect(13001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u);
    ack(1001);
    expect(1001);  // fast retransmit
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    EXPECT_TRUE(silence());
    // 13 were on their way: ssthresh 6500; the window is 6500 + 3000, and grows with each duplicate.
    EXPECT_EQ(info().tcpi_snd_ssthresh, 6500u);
    for (int i = 0; i < 4; i++) ack(1001);
    EXPECT_TRUE(silence());
    ack(1001);
    expect(14001);  // 6500 + 3000 + 5000 - 13000 leaves room for one
    ack(14001);     // all that was sent before recovery, and the retransmission
    EXPECT_EQ(info().tcpi_snd_cwnd, 2000u) << "no burst: what is on its way, and one";
    expect(15001);
    EXPECT_EQ(count(Stat::tcp_retransmits), 1u);
}

TEST_F(TcpLoss, SeveralLostWithoutSack) {
    ten(false);
    // 1 and 3001 are lost.
    ack(1), ack(1);
    expect(10001), expect(11001);
    ack(1);
    expect(1);
    for (int i = 0; i < 5; i++) ack(1);
    hear_all();
    ack(3001);  // partial: RFC 6582
    expect(3001);
    hear_all();
    ack(12001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    EXPECT_EQ(count(Stat::tcp_retransmits), 2u);
}

TEST_F(TcpLoss, OneLostWithSack) {
    ten(true);
    ack(1, {{1001, 2001}});
    expect(10001);
    ack(1, {{1001, 3001}});
    expect(11001);
    ack(1, {{1001, 4001}});
    expect(1);
    // pipe: 12 sent, 3 arrived, 1 lost and sent again: 9; the window is 6.
    EXPECT_EQ(info().tcpi_snd_cwnd, 6000u);
    ack(1, {{1001, 5001}}), ack(1, {{1001, 6001}}), ack(1, {{1001, 7001}});
    EXPECT_TRUE(silence());
    ack(1, {{1001, 8001}});
    expect(12001);
    ack(12001);
    EXPECT_EQ(info().tcpi_snd_cwnd, 6000u);
    EXPECT_EQ(count(Stat::tcp_retransmits), 1u);
}

TEST_F(TcpLoss, SeveralLostWithSackTakeOneRoundTrip) {
    ten(true);
    // 1, 3001, 5001 and 7001 are lost.
    ack(1, {{1001, 2001}});
    expect(10001);
    ack(1, {{3001 + kMss, 5001}, {1001, 2001}});
    expect(11001);
    ack(1, {{6001, 7001}, {4001, 5001}, {1001, 2001}});
    expect(1);
    ack(1, {{8001, 9001}, {6001, 7001}, {4001, 5001}, {1001, 2001}});
    ack(1, {{8001, 10001}, {6001, 7001}, {4001, 5001}, {1001, 2001}});
    ack(1, {{8001, 11001}, {6001, 7001}, {4001, 5001}, {1001, 2001}});
    expect(2001);
    ack(1, {{8001, 12001}, {6001, 7001}, {4001, 5001}, {1001, 2001}});
    expect(3001);
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    device.sent.clear();
    ack(12001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    device.sent.clear();
}

TEST_F(TcpLoss, ALostRetransmissionNeedsTheTimer) {
    ten(true);
    ack(1, {{1001, 2001}}), ack(1, {{1001, 3001}}), ack(1, {{1001, 4001}});
    hear_all();
    for (u32 i = 5; i < 12; i++) ack(1, {{1001, i * 1000 + 1}});
    hear_all();
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    pass(milliseconds(250));
    EXPECT_EQ(count(Stat::tcp_timeouts), 1u);
    expect(1);
    EXPECT_TRUE(silence());
    EXPECT_EQ(info().tcpi_snd_cwnd, kMss);
    device.sent.clear();
    ack(12001);
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
}

TEST_F(TcpLoss, TheLastSegmentLostNeedsTheTimer) {
    ten(false);
    ack(9001);
    hear_all();
    const u64 before = count(Stat::tcp_retransmits);
    pass(milliseconds(250));
    expect(9001);
    EXPECT_EQ(count(Stat::tcp_retransmits) - before, 1u);
}

TEST_F(TcpLoss, SlightReorderingIsNoLoss) {
    ten(true);
    ack(1, {{1001, 2001}});
    ack(1, {{1001, 3001}});
    ack(3001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u);
    for (const Seg& s : hear_all()) EXPECT_GE(s.seq, 10001u) << "nothing is sent again";
}

TEST_F(TcpLoss, TimeoutsBackOffAndEnd) {
    ten(false);
    std::vector<i64> at;
    const Instant begin = port::now();
    for (int i = 0; i < 1200 && state() == TcpState::Established; i++) {
        pass(seconds(1));
        for (const Seg& s : hear_all()) {
            if (s.flags & kRst) continue;
            EXPECT_TRUE(s.is(kAck, 1, 1, s.data.size()) && s.data.size() <= kMss) << s;
            at.push_back((port::now() - begin).ms() / 1000);
        }
    }
    EXPECT_EQ(at.size(), 15u);
    EXPECT_EQ((std::vector<i64>(at.begin(), at.begin() + 7)), (std::vector<i64>{1, 1, 2, 3, 7, 13, 26}))
        << "0.2 s doubled, and looked at every second";
    EXPECT_EQ(error(), ETIMEDOUT);
}

TEST_F(TcpLoss, AfterATimeoutSlowStartFillsTheHoles) {
    ten(true);
    pass(milliseconds(250));
    expect(1);
    // The peer holds 2001..5001 and 6001..9001: these are not sent again.
    ack(1001, {{2001, 5001}, {6001, 9001}});
    expect(1001);
    expect(5001);
    EXPECT_TRUE(silence());
    ack(9001);
    expect(9001);
    device.sent.clear();
    EXPECT_EQ(count(Stat::tcp_timeouts), 1u);
}

// RFC 3522: the ACK echoes what was sent before the timeout, so that was only late.
TEST_F(TcpLoss, ASpuriousTimeoutIsUndone) {
    ten(true, true);
    const u32 cwnd = info().tcpi_snd_cwnd;
    pass(milliseconds(250));
    const Seg again = hear();
    EXPECT_EQ(again.seq, 1u);
    EXPECT_EQ(info().tcpi_snd_cwnd, kMss);
    say({.seq = 1, .ack = 5001, .ts = {{2, first_ts}}});
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 1u);
    EXPECT_GE(info().tcpi_snd_cwnd, cwnd);
    for (const Seg& s : hear_all()) EXPECT_GE(s.seq, 10001u) << "nothing is sent again";
}

TEST_F(TcpLoss, ARealTimeoutIsNot) {
    ten(true, true);
    pass(milliseconds(250));
    const Seg again = hear();
    say({.seq = 1, .ack = 1001, .ts = {{2, again.ts->value}}});
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 0u);
    EXPECT_EQ(info().tcpi_snd_cwnd, 2 * kMss);
    device.sent.clear();
}

TEST_F(TcpLoss, AcksForTheFutureAndThePastAreChallenged) {
    ten(false);
    say({.seq = 1, .ack = 60'000});
    EXPECT_TRUE(hear().is(kAck, 10001, 1));
    say({.seq = 1, .ack = 0u - 100'000});
    EXPECT_TRUE(hear().is(kAck, 10001, 1));
    EXPECT_EQ(info().tcpi_unacked, 10'000u);
    for (int i = 0; i < 20; i++) say({.seq = 1, .ack = 60'000});
    EXPECT_EQ(hear_all().size(), 8u) << "ten in five seconds";
    EXPECT_EQ(count(Stat::tcp_challenges_limited), 12u);
}

TEST_F(TcpLoss, ForgedSacksChangeNothing) {
    ten(true);
    ack(1, {{50'001, 60'001}});
    ack(1, {{2001, 1001}});
    ack(1, {{0u - 5000, 0u - 1000}});
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u + (count(Stat::tcp_retransmits) ? 1u : 0u));
    device.sent.clear();
    ack(10001);
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
}

TEST_F(TcpLoss, KarnsRule) {
    ten(false);
    const u32 rto = info().tcpi_rto;
    pass(milliseconds(1500));
    device.sent.clear();
    ack(10001);
    EXPECT_GE(info().tcpi_rto, rto) << "an ACK of what was sent twice is no sample";
    device.sent.clear();
}

TEST_F(TcpLoss, AnIdleConnectionStartsSlowlyAgain) {
    ten(false);
    for (u32 upto = 10'001; upto < 50'000; upto += 10'000) ack(upto), hear_all();
    ack(50'001);
    const u32 grown = info().tcpi_snd_cwnd;
    EXPECT_GT(grown, 10'000u);
    pass(seconds(5));
    EXPECT_EQ(send(1).value(), 1u);
    EXPECT_EQ(info().tcpi_snd_cwnd, 10'000u);
    device.sent.clear();
}

}  // namespace
