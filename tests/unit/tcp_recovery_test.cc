// Golden traces of loss recovery: one loss, several losses, a lost retransmission, reordering, a timeout,
// with and without SACK. The round-trip time is 100 ms; the ACKs of one flight arrive 1 ms apart.
#include "tcp_peer.h"

using namespace net;

namespace {

constexpr u32 kMss = 1000;

struct TcpLoss : TcpPeerTest {
    TcpLoss() { round_trip = milliseconds(100); }
    using Blocks = std::vector<std::pair<u32, u32>>;
    // Sends ten segments: 1, 1001, ... 9001.
    void ten(bool sack, bool ts = false) {
        Seg syn{.flags = kSyn, .mss = kMss, .sack_ok = sack};
        if (ts) syn.mss = kMss + 12, syn.ts = {{1, 0}};
        accept_one(syn);
        EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_CONGESTION, packets::text("newreno")).ok());
        EXPECT_EQ(value_of(send(50'000)), 50'000u);
        const auto sent = hear_all();
        ASSERT_EQ(sent.size(), 10u);
        EXPECT_TRUE(sent[9].is(kAck, 9001, 1, kMss));
        if (ts) first_ts = sent[0].ts->value;
    }
    // The same, and advances the clock until their first ACKs are due.
    void ten_under_way(bool sack) {
        ten(sack);
        pass(milliseconds(100));
    }
    void ack(u32 upto, Blocks sacks = {}) {
        pass(milliseconds(1));
        say({.seq = 1, .ack = upto, .sacks = std::move(sacks)});
    }
    void expect(u32 seq) {
        const Seg s = hear();
        EXPECT_TRUE(s.is(kAck, seq, 1, kMss)) << s << ", wanted " << seq;
    }
    std::vector<u32> heard() {
        std::vector<u32> seqs;
        for (const Seg& s : hear_all()) seqs.push_back(s.seq);
        return seqs;
    }
    u32 first_ts = 0;
};

TEST_F(TcpLoss, OneLostWithoutSack) {
    ten_under_way(false);
    ack(1001);  // slow start: two more segments
    expect(10001), expect(11001);
    // 1001 is lost; each later segment causes a duplicate ACK.
    ack(1001);
    expect(12001);  // limited transmit, RFC 3042
    ack(1001);
    expect(13001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u);
    ack(1001);
    expect(1001);  // fast retransmit
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    EXPECT_TRUE(silence());
    EXPECT_EQ(info().tcpi_snd_ssthresh, 6500u) << "13 segments were in flight";
    // RFC 9937: from 13 to 6.5, so one segment is sent for two that arrive.
    for (int i = 0; i < 8; i++) ack(1001);
    EXPECT_EQ(heard(), (std::vector<u32>{14001, 15001, 16001, 17001}));
    ack(14001);  // everything sent before recovery, and the retransmission
    EXPECT_EQ(info().tcpi_snd_cwnd, 6500u);
    EXPECT_EQ(count(Stat::tcp_retransmits), 1u);
    device.sent.clear();
}

TEST_F(TcpLoss, SeveralLostWithoutSack) {
    ten_under_way(false);
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
    device.sent.clear();
}

// RFC 6582 section 3.2 step 2: duplicate ACKs caused by retransmissions do not indicate another loss.
TEST_F(TcpLoss, DuplicatesOfARecoveryBeginNoOther) {
    ten_under_way(false);
    ack(1), ack(1), ack(1);
    hear_all();
    ack(12001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    hear_all();
    for (int i = 0; i < 5; i++) ack(12001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    device.sent.clear();
}

TEST_F(TcpLoss, OneLostWithSack) {
    ten_under_way(true);
    ack(1, {{1001, 2001}});
    expect(10001);
    ack(1, {{1001, 3001}});
    expect(11001);
    ack(1, {{1001, 4001}});
    expect(1);
    EXPECT_EQ(info().tcpi_snd_ssthresh, 6000u) << "12 segments were in flight";
    // RFC 9937: one segment for two that arrive.
    for (u32 i = 5; i <= 10; i++) ack(1, {{1001, i * 1000 + 1}});
    EXPECT_EQ(heard(), (std::vector<u32>{12001, 13001, 14001}));
    ack(12001);
    EXPECT_EQ(info().tcpi_snd_cwnd, 6000u);
    EXPECT_EQ(count(Stat::tcp_retransmits), 1u);
    device.sent.clear();
}

TEST_F(TcpLoss, SeveralLostWithSackTakeOneRoundTrip) {
    ten_under_way(true);
    // 1, 3001, 5001 and 7001 are lost.
    ack(1, {{1001, 2001}});
    ack(1, {{2001, 3001}, {1001, 2001}});
    ack(1, {{4001, 5001}, {1001, 3001}});
    expect(10001), expect(11001), expect(1);
    for (const Blocks& b : {Blocks{{6001, 7001}, {4001, 5001}, {1001, 3001}},
                            Blocks{{8001, 9001}, {6001, 7001}, {4001, 5001}, {1001, 3001}},
                            Blocks{{8001, 10001}, {6001, 7001}, {4001, 5001}, {1001, 3001}},
                            Blocks{{8001, 11001}, {6001, 7001}, {4001, 5001}, {1001, 3001}},
                            Blocks{{8001, 12001}, {6001, 7001}, {4001, 5001}, {1001, 3001}}})
        ack(1, b);
    auto again = heard();
    ASSERT_GE(again.size(), 3u);
    again.resize(3);
    EXPECT_EQ(again, (std::vector<u32>{3001, 5001, 7001})) << "before new data";
    ack(12001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    device.sent.clear();
}

TEST_F(TcpLoss, SlightReorderingIsNoLoss) {
    ten_under_way(true);
    ack(1, {{1001, 2001}});
    ack(1, {{1001, 3001}});
    ack(3001);
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 0u);
    for (const Seg& s : hear_all()) EXPECT_GE(s.seq, 10001u) << "no retransmission";
}

TEST_F(TcpLoss, TimeoutsBackOffAndEnd) {
    ten(false);
    std::vector<i64> at;
    const Instant begin = platform::now();
    for (int i = 0; i < 1200 && state() == TcpState::Established; i++) {
        pass(seconds(1));
        for (const Seg& s : hear_all()) {
            if (s.flags & kRst) continue;
            EXPECT_TRUE(s.is(kAck, 1, 1, s.data.size()) && s.data.size() <= kMss) << s;
            at.push_back((platform::now() - begin).ms() / 1000);
        }
    }
    EXPECT_EQ(at.size(), 15u);
    EXPECT_EQ((std::vector<i64>(at.begin(), at.begin() + 6)), (std::vector<i64>{1, 1, 3, 5, 10, 19}))
        << "0.3 s doubled, observed every second";
    EXPECT_EQ(error(), ETIMEDOUT);
}

// RFC 5681 section 3.1: one segment, then slow start over the lost segments. The timestamp shows that the ACK
// is for the retransmission; without timestamps, F-RTO first sends new data (tcp_undo_test.cc).
TEST_F(TcpLoss, AfterATimeoutSlowStartFillsTheHoles) {
    ten(true, true);
    pass(milliseconds(100));
    ack(1, {{2001, 3001}});  // the others are lost
    hear_all();
    pass(milliseconds(1000));
    const auto sent = hear_all();
    ASSERT_EQ(count(Stat::tcp_timeouts), 1u);
    EXPECT_TRUE(sent.back().is(kAck, 1, 1, kMss)) << sent.back();
    EXPECT_EQ(info().tcpi_snd_cwnd, kMss);
    pass(milliseconds(100));
    say({.seq = 1, .ack = 1001, .ts = {{2, sent.back().ts->value}}, .sacks = {{2001, 3001}}});
    EXPECT_EQ(info().tcpi_snd_cwnd, 2 * kMss);
    hear_all();
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 0u);
    pass(milliseconds(100));
    say({.seq = 1, .ack = 3001, .ts = {{3, sent.back().ts->value + 100}}});
    for (const Seg& s : hear_all()) EXPECT_NE(s.seq, 2001u) << "2001 has arrived";
}

// RFC 2018 section 8: segments that were SACKed but are not acknowledged are retransmitted.
TEST_F(TcpLoss, APeerMayDropWhatItReported) {
    ten_under_way(true);
    ack(1, {{1001, 10001}});
    hear_all();
    ack(1001);  // the hole is filled; the peer has dropped the SACKed rest
    hear_all();
    for (int i = 0; i < 40 && info().tcpi_unacked > 0; i++) {
        pass(milliseconds(500));
        for (const Seg& s : hear_all()) {
            if (s.data.size() && s.seq == 1001) return ack(50'001), device.sent.clear();
        }
    }
    ADD_FAILURE() << "1001 was not retransmitted";
}

TEST_F(TcpLoss, AcksForTheFutureAndThePastAreChallenged) {
    ten(false);
    say({.seq = 1, .ack = 60'000});
    EXPECT_TRUE(hear().is(kAck, 10001, 1));
    say({.seq = 1, .ack = 0u - 100'000});
    EXPECT_TRUE(hear().is(kAck, 10001, 1));
    EXPECT_EQ(info().tcpi_unacked, 10'000u);
    for (int i = 0; i < 20; i++) say({.seq = 1, .ack = 60'000});
    EXPECT_EQ(hear_all().size(), 8u) << "ten in all within five seconds";
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
    EXPECT_GE(info().tcpi_rto, rto) << "no RTT sample from a retransmitted segment";
    device.sent.clear();
}

TEST_F(TcpLoss, AnIdleConnectionStartsSlowlyAgain) {
    ten(false);
    for (u32 upto = 10'001; upto < 50'000; upto += 10'000) ack(upto), hear_all();
    ack(50'001);
    const u32 grown = info().tcpi_snd_cwnd;
    EXPECT_GT(grown, 10'000u);
    pass(seconds(5));
    EXPECT_EQ(value_of(send(1)), 1u);
    EXPECT_EQ(info().tcpi_snd_cwnd, 10'000u);
    device.sent.clear();
}

}  // namespace
