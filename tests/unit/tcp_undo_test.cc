// Spurious recoveries are undone: by timestamps (RFC 3522), D-SACKs (RFC 3708) and F-RTO (RFC 5682). The
// round-trip time is 100 ms.
#include "tcp_peer.h"

using namespace net;

namespace {

constexpr u32 kMss = 1000;

struct TcpUndo : TcpPeerTest {
    TcpUndo() { round_trip = milliseconds(100); }
    using Blocks = std::vector<std::pair<u32, u32>>;
    void ten(bool sack, bool ts) {
        Seg syn{.flags = kSyn, .mss = kMss, .sack_ok = sack};
        if (ts) syn.mss = kMss + 12, syn.ts = {{1, 0}};
        accept_one(syn);
        EXPECT_EQ(value_of(send(50'000)), 50'000u);
        const auto sent = hear_all();
        ASSERT_EQ(sent.size(), 10u);
        if (ts) first_ts = sent[0].ts->value;
        cwnd = info().tcpi_snd_cwnd;
    }
    void ack(u32 upto, Blocks sacks = {}) {
        pass(milliseconds(1));
        say({.seq = 1, .ack = upto, .sacks = std::move(sacks)});
    }
    void ack_with_echo(u32 upto, u32 echo, Blocks sacks = {}) {
        pass(milliseconds(1));
        say({.seq = 1, .ack = upto, .ts = {{2, echo}}, .sacks = std::move(sacks)});
    }
    // Advances the clock until the timer expires; returns the last segment sent.
    Seg time_out() {
        while (count(Stat::tcp_timeouts) == 0) pass(milliseconds(50));
        const std::vector<Seg> all = hear_all();
        EXPECT_FALSE(all.empty());
        return all.empty() ? Seg{} : all.back();
    }
    u32 first_ts = 0, cwnd = 0;
};

TEST_F(TcpUndo, TimestampsUndoATimeout) {
    ten(true, true);
    EXPECT_EQ(time_out().seq, 1u);
    EXPECT_LT(info().tcpi_snd_cwnd, cwnd);
    ack_with_echo(5001, first_ts);
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 1u);
    EXPECT_GE(info().tcpi_snd_cwnd, cwnd);
    for (const Seg& s : hear_all()) EXPECT_GE(s.seq, 10001u) << "no retransmission";
}

TEST_F(TcpUndo, ARealTimeoutStays) {
    ten(true, true);
    const Seg again = time_out();
    pass(milliseconds(100));
    ack_with_echo(1001, again.ts->value);
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 0u);
    EXPECT_LT(info().tcpi_snd_cwnd, cwnd);
    device.sent.clear();
}

// Three segments overtake the first, which starts recovery. Then the first arrives, and its ACK echoes the
// timestamp of the original.
TEST_F(TcpUndo, TimestampsUndoAFastRecovery) {
    ten(true, true);
    pass(milliseconds(100));
    ack_with_echo(1, first_ts, {{1001, 4001}});
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    EXPECT_LT(info().tcpi_snd_ssthresh, 10'000u);
    hear_all();
    ack_with_echo(4001, first_ts);
    EXPECT_EQ(count(Stat::tcp_spurious_recoveries), 1u);
    EXPECT_GE(info().tcpi_snd_cwnd, cwnd);
    EXPECT_GT(info().tcpi_snd_ssthresh, 1'000'000u) << "restored: infinite";
    device.sent.clear();
}

TEST_F(TcpUndo, DsacksUndoAFastRecovery) {
    ten(true, false);
    pass(milliseconds(100));
    ack(1, {{1001, 4001}});
    EXPECT_EQ(count(Stat::tcp_fast_recoveries), 1u);
    hear_all();
    ack(10'001, {{1, 1001}});
    EXPECT_EQ(count(Stat::tcp_spurious_recoveries), 1u);
    EXPECT_GE(info().tcpi_snd_cwnd, cwnd);
    device.sent.clear();
}

TEST_F(TcpUndo, ADsackForHalfOfWhatWasResentIsNotEnough) {
    ten(true, false);
    pass(milliseconds(100));
    ack(1, {{2001, 6001}});
    for (u32 upto = 7001; upto <= 10'001; upto += 1000) ack(1, {{2001, upto}});
    const u32 again = static_cast<u32>(count(Stat::tcp_retransmits));
    ASSERT_EQ(again, 2u);
    hear_all();
    ack(10'001, {{1, 1001}});
    EXPECT_EQ(count(Stat::tcp_spurious_recoveries), 0u) << "1001 was really lost";
    device.sent.clear();
}

// A peer cannot increase our window by reporting duplicates that we did not send.
TEST_F(TcpUndo, DsacksOfWhatWasSentOnceChangeNothing) {
    ten(true, false);
    pass(milliseconds(100));
    ack(5001, {{1, 1001}});
    ack(5001, {{1, 50'001}});
    ack(5001, {{0u - 100'000, 0u - 90'000}});
    EXPECT_EQ(count(Stat::tcp_spurious_recoveries), 0u);
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
}

// F-RTO without timestamps: after the timeout, an ACK of more than the retransmitted segment shows that the
// segments were only late.
TEST_F(TcpUndo, FrtoUndoesATimeout) {
    ten(true, false);
    EXPECT_EQ(time_out().seq, 1u);
    ack(3001);
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 1u);
    EXPECT_GE(info().tcpi_snd_cwnd, cwnd);
    for (const Seg& s : hear_all()) EXPECT_GE(s.seq, 10001u) << "no retransmission";
}

// RFC 5682 section 2.1: after an ACK of only the retransmission, new data are sent, and their ACK decides.
TEST_F(TcpUndo, FrtoSendsNewDataToBeSure) {
    ten(true, false);
    (void)time_out();
    ack(1001);
    for (const Seg& s : hear_all()) EXPECT_GE(s.seq, 10001u) << "new data, no retransmission yet";
    ack(2001);
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 1u);
    device.sent.clear();
}

TEST_F(TcpUndo, FrtoFindsThatTheLossWasReal) {
    ten(true, false);
    (void)time_out();
    ack(1001);
    const auto fresh = hear_all();
    ASSERT_FALSE(fresh.empty());
    pass(milliseconds(100));
    const u32 last = fresh.back().seq;
    ack(1001, {{last, last + kMss}});
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 0u);
    const auto again = hear_all();
    ASSERT_FALSE(again.empty());
    EXPECT_EQ(again[0].seq, 1001u) << "now the lost segment";
    device.sent.clear();
}

// Without SACK, the first ACK may cover segments that arrived before the timeout, so it is not sufficient.
TEST_F(TcpUndo, FrtoWithoutSackWaitsForTheSecondAck) {
    ten(false, false);
    (void)time_out();
    ack(5001);
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 0u);
    hear_all();
    ack(6001);
    EXPECT_EQ(count(Stat::tcp_spurious_timeouts), 1u);
    device.sent.clear();
}

}  // namespace
