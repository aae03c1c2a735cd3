// The steps of RACK (RFC 8985 section 6.2), one at a time, on a block: kernel/net/tcp/rack.cc. The round trip
// is 80 ms. tcp_rack_test.cc has RACK in a connection.
#include "tcb_kit.h"

using namespace net;

namespace {

constexpr Duration kRtt = milliseconds(80), kQuarter = milliseconds(20);

struct RackSteps : TcbTest {
    RackSteps() {
        establish();
        t.rtt = {};
        t.rtt.sample(kRtt);  // a variation of 40 ms
        t.cc.cwnd = 20'000;
        t.rack = {};
        t.rack.fack = t.rack.end_seq = at(0);
        sent_at = now();
        write(10'000);
        pass(kRtt);
    }
    // A segment that ends there was sent `ago` before now, and an ACK reports it as delivered.
    void delivered(u32 right, Duration ago = kRtt, bool resent = false) {
        tcp_rack_delivered(t, {at(right - 1000), at(right), before(ago), resent, false}, answer, t.rack.fack,
                           now());
    }
    Instant before(Duration ago) const { return Instant{now().ns - static_cast<u64>(ago.ns)}; }
    // The blocks are SACKed; what is lost then?
    u32 sacked(std::initializer_list<std::pair<u32, u32>> blocks) {
        const Seq fack = t.rack.fack;
        for (const auto& [left, right] : blocks) {
            t.scoreboard.sack({at(left), at(right)},
                              [&](const Delivered& d) { tcp_rack_delivered(t, d, answer, fack, now()); });
        }
        return tcp_rack_detect(t, now());
    }
    Instant sent_at{};
    Segment answer;
};

// --- step 3: reordering

TEST_F(RackSteps, WhatIsDeliveredBelowFackWasReordered) {
    delivered(3000);
    EXPECT_EQ(t.rack.fack, at(3000));
    delivered(3000);
    delivered(4000);
    EXPECT_FALSE(t.rack.reordering_seen);
    delivered(2000);
    EXPECT_TRUE(t.rack.reordering_seen);
    EXPECT_EQ(t.rack.fack, at(4000)) << "it never goes back";
}

TEST_F(RackSteps, OneAckMayReportSegmentsInAnyOrder) {
    (void)sacked({{5000, 6000}, {2000, 3000}});
    EXPECT_EQ(t.rack.fack, at(6000));
    EXPECT_FALSE(t.rack.reordering_seen);
    (void)sacked({{4000, 4500}});
    EXPECT_TRUE(t.rack.reordering_seen);
}

TEST_F(RackSteps, ARetransmissionIsNoReordering) {
    delivered(3000);
    delivered(2000, kRtt, true);
    EXPECT_FALSE(t.rack.reordering_seen);
}

// --- step 2: the most recently sent segment that has been delivered

TEST_F(RackSteps, TheLatestTransmissionCounts) {
    delivered(3000, milliseconds(90));
    EXPECT_EQ(t.rack.xmit_ts, before(milliseconds(90)));
    EXPECT_EQ(t.rack.end_seq, at(3000));
    delivered(2000, milliseconds(85));
    EXPECT_EQ(t.rack.xmit_ts, before(milliseconds(85)));
    EXPECT_EQ(t.rack.end_seq, at(2000)) << "sent later, though it is below";
    delivered(5000, milliseconds(86));
    EXPECT_EQ(t.rack.end_seq, at(2000)) << "sent earlier";
    EXPECT_EQ(t.rack.rtt, milliseconds(86)) << "that of the last segment delivered";
}

TEST_F(RackSteps, OfThoseSentAtTheSameTimeTheLastCounts) {
    delivered(3000);
    delivered(4000);
    EXPECT_EQ(t.rack.end_seq, at(4000));
    delivered(2000);
    EXPECT_EQ(t.rack.end_seq, at(4000));
}

TEST_F(RackSteps, ASegmentSentJustNowHasNoRoundTrip) {
    delivered(1000, Duration{});
    EXPECT_EQ(t.rack.rtt, Duration{});
    delivered(1000, Duration{-5'000'000});
    EXPECT_EQ(t.rack.rtt, Duration{}) << "the clocks of two harts may differ";
}

TEST_F(RackSteps, AShortRoundTripOfARetransmissionIsThatOfAnEarlierCopy) {
    delivered(1000, kRtt + Duration{-1}, true);
    EXPECT_EQ(t.rack.rtt, Duration{});
    EXPECT_EQ(t.rack.xmit_ts, Instant{});
    delivered(1000, kRtt, true);
    EXPECT_EQ(t.rack.rtt, kRtt);
    EXPECT_EQ(t.rack.xmit_ts, before(kRtt));
}

TEST_F(RackSteps, OnlyOfARetransmission) {
    delivered(1000, milliseconds(1));
    EXPECT_EQ(t.rack.rtt, milliseconds(1));
}

TEST_F(RackSteps, AnOlderTimestampIsThatOfAnEarlierCopy) {
    t.timestamps = true;
    stamp(answer, tcp_timestamp(t, before(kRtt)) - 1);
    delivered(1000, kRtt, true);
    EXPECT_EQ(t.rack.rtt, Duration{});
    stamp(answer, tcp_timestamp(t, before(kRtt)));
    delivered(1000, kRtt, true);
    EXPECT_EQ(t.rack.rtt, kRtt);
}

TEST_F(RackSteps, TimestampsCountOnlyIfBothEndsUseThem) {
    stamp(answer, tcp_timestamp(t, before(kRtt)) - 1);
    delivered(1000, kRtt, true);
    EXPECT_EQ(t.rack.rtt, kRtt) << "not agreed upon";
    t.timestamps = true;
    answer.options.has_timestamps = false;
    delivered(1000, milliseconds(90), true);
    EXPECT_EQ(t.rack.rtt, milliseconds(90)) << "not in this segment";
}

// --- step 4: the reordering window

TEST_F(RackSteps, ADsackDoublesTheWindowOnceARoundTrip) {
    tcp_rack_dsack(t, false);
    EXPECT_EQ(t.rack.reo_wnd_mult, 1);
    t.rack.reo_wnd_persist = 3;
    tcp_rack_dsack(t, true);
    EXPECT_EQ(t.rack.reo_wnd_mult, 2);
    EXPECT_EQ(t.rack.reo_wnd_persist, Rack::kPersist);
    t.snd_una = at(9999);
    tcp_rack_dsack(t, true);
    EXPECT_EQ(t.rack.reo_wnd_mult, 2);
    t.snd_una = at(10'000);  // what had been sent then is acknowledged
    tcp_rack_dsack(t, true);
    EXPECT_EQ(t.rack.reo_wnd_mult, 4);
}

TEST_F(RackSteps, ARoundEndsWithoutADsackToo) {
    tcp_rack_dsack(t, true);
    t.snd_una = at(10'000);
    tcp_rack_dsack(t, false);
    t.snd_una = at(0);
    tcp_rack_dsack(t, true);
    EXPECT_EQ(t.rack.reo_wnd_mult, 4);
}

TEST_F(RackSteps, TheWindowHasALimit) {
    for (int i = 0; i < 20; i++) {
        t.rack.in_dsack_round = false;
        tcp_rack_dsack(t, true);
    }
    EXPECT_EQ(t.rack.reo_wnd_mult, Rack::kMaxMult);
}

TEST_F(RackSteps, AfterSixteenRecoveriesWithoutADsackTheWindowIsSmallAgain) {
    tcp_rack_dsack(t, true);
    for (int i = 1; i < Rack::kPersist; i++) {
        tcp_rack_recovered(t);
        EXPECT_EQ(t.rack.reo_wnd_mult, 2) << i;
    }
    tcp_rack_recovered(t);
    EXPECT_EQ(t.rack.reo_wnd_mult, 1);
    tcp_rack_recovered(t);
    EXPECT_EQ(t.rack.reo_wnd_persist, 0) << "it does not wrap";
}

// --- step 5: what is lost

TEST_F(RackSteps, TwoSegmentsAboveAHoleAreEnoughAfterAQuarterOfTheRoundTrip) {
    EXPECT_EQ(sacked({{1000, 3000}}), 0u);
    EXPECT_EQ(t.deadline(TcpTimer::Rack), sent_at + kRtt + kQuarter);
    pass(kQuarter + Duration{-1});
    EXPECT_EQ(tcp_rack_detect(t, now()), 0u);
    pass(Duration{1});
    EXPECT_EQ(tcp_rack_detect(t, now()), 1000u);
    EXPECT_FALSE(t.running(TcpTimer::Rack));
}

TEST_F(RackSteps, WhatWasSentLaterIsNotLost) {
    EXPECT_EQ(sacked({{1000, 5000}}), 1000u) << "not what follows: it may still be on its way";
}

TEST_F(RackSteps, NorIsARetransmissionOfLower) {
    t.scoreboard.sent({at(0), at(1000)}, now(), {});
    pass(kRtt);
    EXPECT_EQ(sacked({{5000, 8000}}), 4000u) << "all below but the first segment";
}

TEST_F(RackSteps, MoreThanTwoSegmentsProveTheLoss) {
    EXPECT_EQ(sacked({{1000, 3000}}), 0u);
    EXPECT_EQ(sacked({{3000, 3001}}), 1000u);
}

TEST_F(RackSteps, SoDoThreeDuplicateAcks) {
    t.dup_acks = 2;
    EXPECT_EQ(sacked({{1000, 2000}}), 0u);
    t.dup_acks = 3;
    EXPECT_EQ(tcp_rack_detect(t, now()), 1000u);
}

TEST_F(RackSteps, SoDoesARecovery) {
    EXPECT_EQ(sacked({{1000, 2000}}), 0u);
    t.recovering = true;
    EXPECT_EQ(tcp_rack_detect(t, now()), 1000u);
}

TEST_F(RackSteps, SoDoesATimeout) {
    EXPECT_EQ(sacked({{1000, 2000}}), 0u);
    t.after_timeout = true;
    EXPECT_EQ(tcp_rack_detect(t, now()), 1000u);
}

TEST_F(RackSteps, NotIfTheNetworkReorders) {
    t.rack.reordering_seen = true;
    t.recovering = true;
    EXPECT_EQ(sacked({{1000, 9000}}), 0u);
    pass(kQuarter);
    EXPECT_EQ(tcp_rack_detect(t, now()), 1000u);
}

TEST_F(RackSteps, TheWindowGrowsUpToAllOfTheRoundTripAndItsVariation) {
    t.rack.reordering_seen = true;
    t.rack.reo_wnd_mult = 3;
    EXPECT_EQ(sacked({{1000, 9000}}), 0u);
    EXPECT_EQ(t.deadline(TcpTimer::Rack), sent_at + kRtt + kQuarter * 3);
    t.rack.reo_wnd_mult = 100;
    EXPECT_EQ(tcp_rack_detect(t, now()), 0u);
    EXPECT_EQ(t.deadline(TcpTimer::Rack), sent_at + kRtt + t.rtt.srtt() + t.rtt.rttvar());
}

TEST_F(RackSteps, WithoutSackOrWithoutHolesNothingIsLost) {
    EXPECT_EQ(tcp_rack_detect(t, now()), 0u);
    EXPECT_EQ(sacked({{1000, 3000}}), 0u);
    t.recovering = true;
    t.sack = false;
    EXPECT_EQ(tcp_rack_detect(t, now()), 0u);
}

// The timer waits for the last of those that are overtaken.
TEST_F(RackSteps, TheTimerWaitsForTheLast) {
    pass(kRtt * -1 + milliseconds(5));
    write(3000);
    const Instant later = now();
    t.rack.reordering_seen = true;
    pass(kRtt);
    EXPECT_EQ(sacked({{1000, 2000}, {11'000, 13'000}}), 0u);
    EXPECT_EQ(t.deadline(TcpTimer::Rack), later + kRtt + kQuarter);
}

// --- section 6.3

TEST_F(RackSteps, ATimeoutLosesTheFirstSegmentAndWhatIsOlderThanARoundTrip) {
    t.rack.rtt = kRtt;
    t.rack.reordering_seen = true;  // the window is a quarter
    tcp_rack_timeout(t, now());
    EXPECT_EQ(t.scoreboard.lost(), 1000u) << "the others were sent within a round trip and the window";
    pass(kQuarter + Duration{-1});
    tcp_rack_timeout(t, now());
    EXPECT_EQ(t.scoreboard.lost(), 1000u);
    pass(Duration{1});
    tcp_rack_timeout(t, now());
    EXPECT_EQ(t.scoreboard.lost(), 10'000u);
}

}  // namespace
