// How large the congestion window is in a recovery, and when it grows: kernel/net/tcp/recovery.cc.
#include "tcb_recovery_kit.h"

using namespace net;

namespace {

// RFC 9937: the window follows what is in flight, and what this ACK has delivered.
struct RecoveryWindow : Recovery {
    explicit RecoveryWindow(bool sack = true) : Recovery(sack) {
        t.recovering = true;
        t.recover = t.snd_nxt;
        t.prr.begin(10'000);
        t.cc.ssthresh = 12'000;
    }
    // By how much it exceeds what is in flight then.
    u32 allows(const AckNews& news) {
        ack(news);
        EXPECT_TRUE(t.recovering);
        return t.cc.cwnd - tcp_pipe(t);
    }
};

struct RecoveryWindowWithoutSack : RecoveryWindow {
    RecoveryWindowWithoutSack() : RecoveryWindow(false) {}
};

TEST_F(RecoveryWindow, GrowsByASegmentMoreIfNothingElseIsLost) {
    EXPECT_EQ(allows({.flight = 10'000, .delivered = 500, .sacked = true}), 500u);
    t.prr.out = 500;
    EXPECT_EQ(allows({.flight = 10'000, .delivered = 500, .advanced = true}), 1500u);
}

TEST_F(RecoveryWindow, AnAckThatDeliversNothingAllowsNothing) {
    EXPECT_EQ(allows({.flight = 10'000, .duplicate = true}), 0u);
}

// The first segment was sent long before the one that is SACKed.
TEST_F(RecoveryWindow, GrowsByWhatWasDeliveredIfMoreIsLost) {
    pass(milliseconds(200));
    t.dup_acks = 3;
    t.scoreboard.sack({at(5000), at(6000)}, [](const Delivered&) {});
    t.rack.xmit_ts = now(), t.rack.end_seq = at(6000), t.rack.rtt = milliseconds(100);
    EXPECT_EQ(allows({.flight = 10'000, .delivered = 500, .advanced = true}), 500u);
    EXPECT_GT(t.scoreboard.lost(), 0u);
}

TEST_F(RecoveryWindowWithoutSack, ADuplicateMeansThatASegmentWasDelivered) {
    EXPECT_EQ(allows({.flight = 10'000, .duplicate = true}), 1000u);
    t.prr.out = 1000;
    EXPECT_EQ(allows({.flight = 10'000}), 0u) << "an ACK that says nothing";
}

// --- growth

struct Growth : Recovery {
    // After an ACK of 1,000 bytes, with so many in flight before.
    bool grows(u32 flight) {
        const u32 before = t.cc.cwnd;
        ack({.flight = flight, .acked = 1000, .delivered = 1000, .advanced = true});
        return t.cc.cwnd > before;
    }
};

// RFC 7661 section 4.
TEST_F(Growth, OfAWindowOfWhichHalfIsUsed) {
    t.cc.cwnd = 10'000;
    EXPECT_FALSE(grows(4999));
    EXPECT_TRUE(grows(5000));
}

TEST_F(Growth, OfAnyWindowAfterATimeout) {
    t.after_timeout = true;
    t.recover = t.snd_nxt;
    EXPECT_TRUE(grows(1));
}

// Of two rounds of HyStart++ (RFC 9406), with eight ACKs each, the second is slower.
struct GrowthRounds : Growth {
    GrowthRounds() { t.hystart.start(at(0)); }
    bool are_noticed(bool rack, bool block_has_timestamps, bool segments_have, u32 acked = 100) {
        t.timestamps = block_has_timestamps;
        for (u32 i = 0; i < 16; i++) {
            const i64 slow = i < 8 ? 50 : 70;
            t.snd_una = at(i), t.snd_nxt = at(i + 8);
            t.rack.rtt = milliseconds(rack ? slow : 50);
            Segment s = segment(0);
            if (segments_have) stamp(s, tcp_timestamp(t, now()) - static_cast<u32>(rack ? 50 : slow));
            AckNews news{.flight = 20'000, .acked = acked, .delivered = acked, .advanced = true};
            tcp_recover(t, s, news, now());
        }
        return t.hystart.in_css();
    }
};

TEST_F(GrowthRounds, AreMeasuredByTimestamps) {
    EXPECT_TRUE(are_noticed(false, true, true));
    EXPECT_FALSE(t.cc.ssthresh != ~0u) << "slow start is not over";
}
TEST_F(GrowthRounds, OrByTheEcho) { EXPECT_FALSE(are_noticed(true, true, true)) << "not by both"; }
TEST_F(GrowthRounds, WithoutTimestampsByRack) { EXPECT_TRUE(are_noticed(true, false, true)); }
TEST_F(GrowthRounds, AndInASegmentWithout) { EXPECT_TRUE(are_noticed(true, true, false)); }
TEST_F(GrowthRounds, AreNotMeasuredByAcksOfNothing) { EXPECT_FALSE(are_noticed(true, false, false, 0)); }
TEST_F(GrowthRounds, AreNotMeasuredAfterTheFirstLoss) {
    t.cc.ssthresh = 100'000;
    EXPECT_FALSE(are_noticed(true, false, false));
}

}  // namespace
