// The start and the end of fast recovery, and the timeout, on a block: kernel/net/tcp/recovery.cc.
// tcp_recovery_test.cc has them in a connection.
#include "tcb_recovery_kit.h"

using namespace net;

namespace {

struct RecoveryWithoutSack : Recovery {
    RecoveryWithoutSack() : Recovery(false) { t.recover = at(0) - 1; }
    void duplicates(int n) {
        for (int i = 0; i < n; i++) ack({.flight = t.flight(), .duplicate = true});
    }
};

// --- the start (RFC 6582 section 3.2 steps 2 and 3)

TEST_F(RecoveryWithoutSack, ThreeDuplicatesMeanThatTheFirstSegmentIsLost) {
    duplicates(2);
    EXPECT_FALSE(t.recovering);
    EXPECT_EQ(t.scoreboard.lost(), 0u);
    duplicates(1);
    EXPECT_TRUE(t.recovering);
    EXPECT_EQ(t.scoreboard.lost(), 1000u);
    EXPECT_EQ(t.recover, t.snd_nxt);
    EXPECT_TRUE(t.retransmit_now);
    EXPECT_TRUE(t.undo.possible);
    EXPECT_LT(t.cc.ssthresh, 10'000u);
    EXPECT_EQ(recoveries(), 1u);
    duplicates(3);
    EXPECT_EQ(recoveries(), 1u) << "one at a time";
}

TEST_F(RecoveryWithoutSack, DuplicatesUpToTheLastRecoveryMayBeCausedByIt) {
    t.recover = at(0);
    duplicates(5);
    EXPECT_FALSE(t.recovering);
}

TEST_F(RecoveryWithoutSack, AnAckThatAdvancesIsNoDuplicate) {
    duplicates(2);
    t.snd_una = at(1000);
    ack({.flight = 10'000, .acked = 1000, .delivered = 1000, .advanced = true});
    EXPECT_EQ(t.dup_acks, 0);
    duplicates(2);
    EXPECT_FALSE(t.recovering);
}

TEST_F(Recovery, OnlyALossThatRackFindsBeginsItWithSack) {
    for (int i = 0; i < 5; i++) ack({.flight = 10'000, .duplicate = true});
    EXPECT_FALSE(t.recovering);
    EXPECT_EQ(t.dup_acks, 5);
}

// The scoreboard has a hole already; RACK decides now that it is a loss.
TEST_F(Recovery, RackLooksForLossesAsLongAsThereIsAHole) {
    t.scoreboard.sack({at(1000), at(5000)}, [](const Delivered&) {});
    pass(milliseconds(200));
    t.rack.xmit_ts = now(), t.rack.end_seq = at(5000), t.rack.rtt = milliseconds(100);
    ack({.flight = 10'000, .advanced = true});
    EXPECT_TRUE(t.recovering);
    EXPECT_GT(t.scoreboard.lost(), 0u);
}

TEST_F(Recovery, ALossAfterATimeoutBeginsNoOther) {
    t.after_timeout = true;
    t.recover = t.snd_nxt;
    t.scoreboard.sack({at(1000), at(5000)}, [](const Delivered&) {});
    pass(milliseconds(200));
    t.rack.xmit_ts = now(), t.rack.end_seq = at(5000), t.rack.rtt = milliseconds(100);
    ack({.flight = 10'000, .delivered = 4000, .sacked = true});
    EXPECT_GT(t.scoreboard.lost(), 0u);
    EXPECT_FALSE(t.recovering);
}

TEST_F(Recovery, AnAckThatAdvancesAndReportsMoreEndsTheSeries) {
    t.dup_acks = 2;
    ack({.flight = 10'000, .acked = 1000, .delivered = 2000, .advanced = true, .sacked = true});
    EXPECT_EQ(t.dup_acks, 0);
}

TEST_F(Recovery, ADsackWidensRacksWindow) {
    const u16 before = t.rack.reo_wnd_mult;
    ack({.flight = 10'000, .dsack = true});
    EXPECT_EQ(t.rack.reo_wnd_mult, 2 * before);
}

TEST_F(Recovery, DuplicatesAreCountedUpTo255) {
    for (int i = 0; i < 300; i++) ack({.flight = 10'000, .sacked = true});
    EXPECT_EQ(t.dup_acks, 255);
}

// --- within (RFC 6582 section 3.2 step 5)

TEST_F(RecoveryWithoutSack, APartialAckMeansThatTheNextSegmentIsLostToo) {
    duplicates(6);
    t.retransmit_now = false;
    t.scoreboard.acknowledge(at(2000), [](const Delivered&) {});
    t.snd_una = at(2000);
    ack({.flight = 10'000, .acked = 2000, .delivered = 2000, .advanced = true});
    EXPECT_TRUE(t.recovering);
    EXPECT_EQ(t.dup_acks, 4) << "two of the segments that had arrived unseen are acknowledged";
    EXPECT_EQ(t.scoreboard.lost(), 1000u);
    EXPECT_TRUE(t.retransmit_now);
    t.retransmit_now = false;
    ack({.flight = 8000, .acked = 0, .advanced = true});
    EXPECT_EQ(t.dup_acks, 4);
    EXPECT_FALSE(t.retransmit_now) << "nothing but a FIN or SYN";
}

TEST_F(Recovery, APartialAckSaysNothingMoreWithSack) {
    t.recovering = true;
    t.recover = t.snd_nxt;
    t.scoreboard.acknowledge(at(1000), [](const Delivered&) {});
    t.snd_una = at(1000);
    t.retransmit_now = false;
    ack({.flight = 10'000, .acked = 1000, .delivered = 1000, .advanced = true});
    EXPECT_FALSE(t.retransmit_now);
    EXPECT_EQ(t.scoreboard.lost(), 0u);
}

TEST_F(RecoveryWithoutSack, NoMoreSegmentsHaveArrivedUnseenThanWereSent) {
    t.dup_acks = 4;
    EXPECT_EQ(tcp_pipe(t), 6000u);
    t.dup_acks = 12;
    EXPECT_EQ(tcp_pipe(t), 0u);
    duplicates(1);
    t.dup_acks = 1;
    t.recovering = true;
    ack({.flight = 10'000, .acked = 5000, .delivered = 5000, .advanced = true});
    EXPECT_EQ(t.dup_acks, 0);
}

TEST_F(Recovery, WithSackTheScoreboardKnowsWhatHasArrived) {
    t.dup_acks = 4;
    EXPECT_EQ(tcp_pipe(t), 10'000u);
    EXPECT_EQ(tcp_congestion_room(t), 10'000u);
    t.cc.cwnd = 9000;
    EXPECT_EQ(tcp_congestion_room(t), 0u);
    t.cc.cwnd = 10'000;
    EXPECT_EQ(tcp_congestion_room(t), 0u);
}

// --- the end

TEST_F(RecoveryWithoutSack, WhenAllIsAcknowledgedTheWindowIsSsthresh) {
    duplicates(3);
    const u32 ssthresh = t.cc.ssthresh;
    t.cc.cwnd = 1234;
    t.scoreboard.acknowledge(t.recover, [](const Delivered&) {});
    t.snd_una = t.recover;
    t.rack.reo_wnd_persist = 5;
    ack({.flight = 10'000, .acked = 10'000, .delivered = 10'000, .advanced = true});
    EXPECT_FALSE(t.recovering);
    EXPECT_EQ(t.dup_acks, 0);
    EXPECT_EQ(t.cc.cwnd, ssthresh);
    EXPECT_EQ(t.rack.reo_wnd_persist, 4);
}

TEST_F(Recovery, AfterATimeoutItEndsLikewiseButTheWindowIsKept) {
    tcp_recover_timeout(t, now());
    const u32 cwnd = t.cc.cwnd;
    t.rack.reo_wnd_persist = 5;
    t.snd_una = t.recover - 1;
    ack({.flight = 10'000, .advanced = true});
    EXPECT_TRUE(t.after_timeout);
    t.snd_una = t.recover;
    ack({.flight = 10'000, .advanced = true});
    EXPECT_FALSE(t.after_timeout);
    EXPECT_EQ(t.rack.reo_wnd_persist, 4);
    EXPECT_EQ(t.cc.cwnd, cwnd) << "slow start goes on";
}

// Nothing else is unusual then.
TEST_F(Recovery, EitherEndsWithTheNextOrdinaryAck) {
    for (const bool timeout : {false, true}) {
        (timeout ? t.after_timeout : t.recovering) = true;
        t.recover = t.snd_una;
        ack({.flight = 10'000, .acked = 1000, .delivered = 1000, .advanced = true});
        EXPECT_FALSE(t.recovering || t.after_timeout) << timeout;
    }
}

// --- RACK's timer

struct RackTimer : Recovery {
    // A hole, whose reordering window is over.
    void hole() {
        pass(milliseconds(100));
        t.scoreboard.sack({at(1000), at(2000)}, [this](const Delivered& d) {
            t.rack.xmit_ts = d.sent_at, t.rack.end_seq = d.right, t.rack.rtt = milliseconds(100);
        });
        pass(milliseconds(100));
    }
};

TEST_F(RackTimer, BeginsARecoveryIfSomethingIsLost) {
    hole();
    tcp_rack_expired(t, now());
    EXPECT_TRUE(t.recovering);
    EXPECT_EQ(t.scoreboard.lost(), 1000u);
    EXPECT_EQ(t.cc.cwnd, tcp_pipe(t)) << "nothing was delivered, so the window allows nothing new";
    EXPECT_EQ(count(Stat::tcp_tail_probes), 0u);
}

TEST_F(RackTimer, OnlyMarksTheLossIfARecoveryIsUnderWay) {
    hole();
    t.after_timeout = true;
    tcp_rack_expired(t, now());
    EXPECT_FALSE(t.recovering);
    EXPECT_EQ(t.scoreboard.lost(), 1000u);
    EXPECT_EQ(recoveries(), 0u);
}

TEST_F(RackTimer, ReducesTheWindowOnceInARecovery) {
    hole();
    t.recovering = true;
    t.cc.ssthresh = 1234;
    tcp_rack_expired(t, now());
    EXPECT_EQ(t.cc.ssthresh, 1234u);
    EXPECT_EQ(recoveries(), 0u);
}

TEST_F(RackTimer, SendsAProbeIfNothingIsLost) {
    tcp_rack_expired(t, now());
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u);
    EXPECT_FALSE(t.recovering);
}

// --- the timeout (RFC 6298 section 5, RFC 5681 section 3.1)

struct Timeout : Recovery {
    Timeout() {
        t.timing = t.probing = true;
        t.dup_acks = 2;
        t.set(TcpTimer::Rack, now() + seconds(1));
    }
};

TEST_F(Timeout, StartsOverWithOneSegment) {
    tcp_recover_timeout(t, now());
    EXPECT_EQ(t.retries, 1);
    EXPECT_EQ(t.stalled_at, now());
    EXPECT_EQ(t.cc.ssthresh, 7000u) << "CUBIC";
    EXPECT_EQ(t.cc.cwnd, tcp_pipe(t) + t.cc.mss);
    EXPECT_TRUE(t.after_timeout && t.retransmit_now);
    EXPECT_FALSE(t.recovering || t.probing || t.timing);
    EXPECT_EQ(t.dup_acks, 0);
    EXPECT_EQ(t.recover, t.snd_nxt);
    EXPECT_GE(t.scoreboard.lost(), 1000u);
    EXPECT_FALSE(t.running(TcpTimer::Rack));
    EXPECT_EQ(t.rtt.backoff(), 1);
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now() + tcp_rto(t));
    EXPECT_TRUE(t.undo.possible);
    EXPECT_EQ(t.undo.frto, Frto::Asked);
}

TEST_F(Timeout, TheSecondReducesNothing) {
    tcp_recover_timeout(t, now());
    const Instant first = now();
    t.cc.ssthresh = 5000;
    pass(seconds(1));
    tcp_recover_timeout(t, now());
    EXPECT_EQ(t.retries, 2);
    EXPECT_EQ(t.stalled_at, first);
    EXPECT_EQ(t.cc.ssthresh, 5000u);
    EXPECT_EQ(t.rtt.backoff(), 2);
    EXPECT_EQ(t.undo.frto, Frto::Off) << "RFC 5682: only of the first";
    EXPECT_EQ(t.undo.prior.cwnd, 20'000u) << "from before the first";
}

TEST_F(Timeout, InARecoveryTheWindowIsReducedAlready) {
    t.recovering = true;
    t.cc.ssthresh = 5000;
    tcp_recover_timeout(t, now());
    EXPECT_EQ(t.cc.ssthresh, 5000u);
    EXPECT_FALSE(t.recovering);
    EXPECT_EQ(t.undo.frto, Frto::Off);
    EXPECT_FALSE(t.undo.possible);
}

// RFC 2018 section 8.
TEST_F(Timeout, APeerThatDiscardedWhatItReportedGetsAllOfItAgain) {
    t.scoreboard.sack({at(1000), at(3000)}, [](const Delivered&) {});
    t.scoreboard.acknowledge(at(1000), [](const Delivered&) {});
    t.snd_una = at(1000);
    tcp_recover_timeout(t, now());
    EXPECT_EQ(t.scoreboard.sacked(), 0u);
}

TEST_F(Timeout, APeerThatKeepsItDoesNot) {
    t.scoreboard.sack({at(1000), at(3000)}, [](const Delivered&) {});
    tcp_recover_timeout(t, now());
    EXPECT_EQ(t.scoreboard.sacked(), 2000u);
}

// --- all again, for another reason than a loss

TEST_F(Recovery, AllInFlightIsSentAgain) {
    t.timing = true;
    tcp_resend_all(t);
    EXPECT_EQ(t.scoreboard.lost(), 10'000u);
    EXPECT_FALSE(t.timing) << "Karn's algorithm";
    EXPECT_TRUE(t.retransmit_now);
}

TEST_F(Recovery, NotBeforeTheConnectionIsOpenOrIfNothingIsInFlight) {
    t.state = TcpState::SynReceived;
    tcp_resend_all(t);
    EXPECT_EQ(t.scoreboard.lost(), 0u);
    EXPECT_FALSE(t.retransmit_now);
    t.state = TcpState::Established;
    acknowledge(segment(10'000));
    tcp_resend_all(t);
    EXPECT_FALSE(t.retransmit_now);
}

}  // namespace
