// What is sent next, on a block: kernel/net/tcp/output.cc.
#include "tcb_output_kit.h"

using namespace net;

namespace {

constexpr u16 kPsh = TcpFlags::Psh, kFin = TcpFlags::Fin, kAck = TcpFlags::Ack;

struct TcpOutput : TcbOutputTest {
    TcpOutput() { open(); }
};

// --- new data

TEST_F(TcpOutput, TheLastSegmentHasPsh) {
    write(1500);
    const auto s = sent();
    ASSERT_EQ(s.size(), 2u);
    EXPECT_FALSE(s[0].has(kPsh));
    EXPECT_TRUE(s[1].has(kPsh));
}

TEST_F(TcpOutput, DataStayWithinThePeersWindow) {
    t.snd_wnd = 2500, t.max_snd_wnd = 1000;
    write(4000);
    EXPECT_EQ(lengths(), Lengths({1000, 1000, 500}));
}

TEST_F(TcpOutput, AShrunkenWindowAllowsNothing) {
    write(2000);
    forget();
    t.snd_wnd = 1000;
    write(2000);
    EXPECT_EQ(lengths(), Lengths());
}

// RFC 9293 section 3.8.6.2.1: less than a segment only if it is all, or half of the largest window.
TEST_F(TcpOutput, ASmallSegmentIsSentIfItIsHalfOfTheLargestWindow) {
    t.max_snd_wnd = 801, t.snd_wnd = 400;
    queue(2000);
    output();
    EXPECT_EQ(lengths(), Lengths());
    t.snd_wnd = 401;
    output();
    EXPECT_EQ(lengths(), Lengths({401}));
}

TEST_F(TcpOutput, OneByteIsHalfOfAWindowOfTwo) {
    t.max_snd_wnd = 2, t.snd_wnd = 1;
    queue(2000);
    output();
    EXPECT_EQ(lengths(), Lengths({1}));
}

// RFC 9293 section 3.7.4, with Minshall's modification.
TEST_F(TcpOutput, NagleHoldsASmallSegmentOnlyBehindAnother) {
    write(1500);
    EXPECT_EQ(lengths(), Lengths({1000, 500}));
    write(1300);
    EXPECT_EQ(lengths(), Lengths({1000}));
    acknowledge(segment(1500));
    output();
    EXPECT_EQ(lengths(), Lengths({300})) << "full segments do not hold it back";
}

TEST_F(TcpOutput, OneByteLessThanASegmentIsNotSmall) {
    write(999);
    write(998);
    EXPECT_EQ(lengths(), Lengths({999, 998}));
    write(10);
    EXPECT_EQ(lengths(), Lengths());
}

TEST_F(TcpOutput, ARetransmissionIsNotSmall) {
    write(1000);
    t.scoreboard.lose_below(at(500));
    output();
    forget();
    write(10);
    EXPECT_EQ(lengths(), Lengths({10}));
}

// --- FIN

TEST_F(TcpOutput, TheFinComesWithTheLastData) {
    queue(1500);
    tcp_close(t, now());
    const auto s = sent();
    ASSERT_EQ(s.size(), 2u);
    EXPECT_TRUE(s[0].is(0, 1000));
    EXPECT_TRUE(s[1].is(1000, 500, kAck | kFin));
    output();
    EXPECT_TRUE(sent().empty()) << "it is sent once";
}

TEST_F(TcpOutput, AFinNeedsNoWindow) {
    t.snd_wnd = 0;
    tcp_close(t, now());
    EXPECT_TRUE(only_sent().is(0, 0, kAck | kFin));
}

TEST_F(TcpOutput, AFinWaitsForDataThatWait) {
    t.snd_wnd = 0;
    queue(10);
    tcp_close(t, now());
    EXPECT_TRUE(sent().empty());
    EXPECT_TRUE(t.running(TcpTimer::Persist));
}

TEST_F(TcpOutput, ASmallSegmentWithFinDoesNotWait) {
    write(10);
    write(10);
    forget();
    tcp_close(t, now());
    EXPECT_TRUE(only_sent().is(10, 10, kAck | kFin));
}

// --- retransmissions

struct TcpOutputAgain : TcpOutput {
    TcpOutputAgain() {
        write(4000);
        forget();
    }
    void lose(u32 below) {
        t.scoreboard.lose_below(at(below));
        output();
    }
};

TEST_F(TcpOutputAgain, LostDataComeBeforeNewData) {
    queue(1000);
    lose(1500);
    const auto s = sent();
    ASSERT_EQ(s.size(), 3u);
    EXPECT_TRUE(s[0].is(0, 1000));
    EXPECT_TRUE(s[1].is(1000, 500));
    EXPECT_TRUE(s[2].is(4000, 1000));
}

TEST_F(TcpOutputAgain, ButOnlyWithinThePeersWindow) {
    t.snd_wnd = 1300;
    lose(2000);
    EXPECT_EQ(lengths(), Lengths({1000, 300}));
}

TEST_F(TcpOutputAgain, TheCongestionWindowMustHaveRoomForTheSegment) {
    t.cc.cwnd = 3999;  // 3000 are in flight
    lose(1000);
    EXPECT_EQ(lengths(), Lengths());
    t.cc.cwnd = 4000;
    output();
    EXPECT_EQ(lengths(), Lengths({1000}));
}

// RFC 5682: after a timeout that may be spurious, new data decide.
TEST_F(TcpOutputAgain, FrtoSendsNewDataInstead) {
    t.undo.frto = Frto::NewData;
    queue(1000);
    lose(1000);
    EXPECT_TRUE(only_sent().is(4000, 1000));
}

TEST_F(TcpOutputAgain, WhateverTheWindowsSayIfItMustBeNow) {
    acknowledge(segment(0, {{300, 1000}}));
    forget();
    t.snd_wnd = t.cc.cwnd = 0;
    t.retransmit_now = true;
    output();
    EXPECT_TRUE(only_sent().is(0, 300)) << "up to the next data that have arrived";
    EXPECT_FALSE(t.retransmit_now);
}

TEST_F(TcpOutputAgain, NothingIsSentAgainIfNothingIsInFlight) {
    acknowledge(segment(4000));
    t.retransmit_now = true;
    output();
    EXPECT_TRUE(sent().empty());
}

struct TcpOutputSmall : TcpOutput {
    TcpOutputSmall() {
        write(500);
        write(800);
        forget();
    }
};

TEST_F(TcpOutputSmall, NewDataFillALostSegment) {
    t.scoreboard.lose_below(at(500));
    output();
    EXPECT_EQ(lengths(), Lengths({1000}));
}

TEST_F(TcpOutputSmall, ButNotBeyondTheWindow) {
    t.snd_wnd = 700;
    t.scoreboard.lose_below(at(500));
    output();
    EXPECT_EQ(lengths(), Lengths({700}));
}

// --- the SYN

TEST_F(TcbOutputTest, TheSynIsSentOnceUntilItsTimeout) {
    t.inet = stack.get();
    t.key = {kOurs, kGateway, 40000, 80};
    t.queued.open(stack->queue_budget(), 0);
    t.config.congestion = &default_congestion_control();
    tcp_open_active(t, Seq(1), now());
    output();
    EXPECT_TRUE(only_sent().is(0u - 1, 0, TcpFlags::Syn));
    EXPECT_FALSE(t.running(TcpTimer::Persist));
    write(100);
    EXPECT_TRUE(sent().empty()) << "data wait for the handshake";
    EXPECT_FALSE(t.running(TcpTimer::Persist));
    t.retransmit_now = true;
    output();
    EXPECT_TRUE(only_sent().is(0u - 1, 0, TcpFlags::Syn));
}

// --- nothing can be sent now

TEST_F(TcpOutput, ARetransmissionThatAFullDeviceRefusesStaysDue) {
    write(1000);
    device.room = 0;
    t.retransmit_now = true;
    output();
    EXPECT_TRUE(t.retransmit_now);
    device.room = -1;
    device.sent.clear();
}

TEST_F(TcpOutput, AFullDeviceIsTriedAgainSoon) {
    device.room = 0;
    write(3000);
    EXPECT_EQ(t.deadline(TcpTimer::Resend), now() + kResendDelay);
    EXPECT_FALSE(t.running(TcpTimer::Persist)) << "the window is open";
    device.room = -1;
    write(1000);
    EXPECT_TRUE(sent().empty()) << "not before that";
    pass(kResendDelay);
    tcp_timers(t, now());
    EXPECT_EQ(lengths(), Lengths({1000, 1000, 1000, 1000}));
}

TEST_F(TcpOutput, AClosedWindowIsProbed) {
    t.snd_wnd = 0;
    pass(seconds(1));
    write(10);
    EXPECT_TRUE(t.running(TcpTimer::Persist));
    EXPECT_EQ(t.stalled_at, now());
    const Instant due = t.deadline(TcpTimer::Persist);
    pass(milliseconds(1));
    write(10);
    EXPECT_EQ(t.deadline(TcpTimer::Persist), due) << "the timer is not set again";
}

TEST_F(TcpOutput, DataInFlightNeedNoProbe) {
    t.snd_wnd = 1000;
    write(2000);
    EXPECT_FALSE(t.running(TcpTimer::Persist));
}

TEST_F(TcpOutput, NeitherDoesAFinThatIsInFlight) {
    tcp_close(t, now());
    EXPECT_FALSE(t.running(TcpTimer::Persist));
    acknowledge(segment(1));
    t.ack_now = true;
    output();
    EXPECT_FALSE(t.running(TcpTimer::Persist)) << "nor one that has arrived";
}

// TCP_CORK holds back less than a segment; the window is not the reason.
TEST_F(TcpOutput, ACorkHoldsBackLessThanASegment) {
    t.config.cork = true;
    write(999);
    EXPECT_FALSE(t.running(TcpTimer::Persist));
    EXPECT_TRUE(sent().empty());
    t.snd_wnd = 0;
    write(1);
    EXPECT_TRUE(t.running(TcpTimer::Persist)) << "a full segment";
}

TEST_F(TcpOutput, ACorkDoesNotHoldTheEnd) {
    t.config.cork = true;
    t.snd_wnd = 0;
    queue(10);
    t.fin_queued = true;
    t.state = TcpState::FinWait1;
    output();
    EXPECT_TRUE(t.running(TcpTimer::Persist));
}

TEST_F(TcpOutput, AfterTheEndNothingIsSent) {
    queue(1000);
    t.state = TcpState::Closed;
    t.ack_now = true;
    tcp_send_due(t, now());
    EXPECT_TRUE(sent().empty());
    t.state = TcpState::Established;
}

// RFC 5681 section 4.1.
TEST_F(TcpOutput, AfterAnIdleTimeTheWindowStartsAgain) {
    write(1000);
    acknowledge(segment(1000));
    const u32 window = t.cc.cwnd;
    pass(t.rtt.rto());
    write(1000);
    EXPECT_EQ(t.cc.cwnd, window) << "a timeout is not yet too long";
    acknowledge(segment(2000));
    pass(t.rtt.rto() + microseconds(1));
    write(1000);
    EXPECT_EQ(t.cc.cwnd, initial_window(1000));
}

TEST_F(TcpOutput, WhileDataAreInFlightItIsNotIdle) {
    write(1000);
    const u32 window = t.cc.cwnd;
    pass(seconds(10));
    write(1000);
    EXPECT_EQ(t.cc.cwnd, window);
}

// --- segmentation offload: several segments at once

struct TcpBursts : TcbOutputTest {
    TcpBursts() : TcbOutputTest(NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments) {
        open();
    }
    Lengths of(u32 n) {
        write(n);
        return bursts();
    }
};

TEST_F(TcpBursts, HaveFullSegmentsUpTo64KiB) {
    EXPECT_EQ(of(1000), Lengths({1000}));
    EXPECT_EQ(of(1500), Lengths({1500}));
    EXPECT_EQ(of(200'500).at(0), 64'999u) << "one byte short of a whole number of segments";
}

TEST_F(TcpBursts, AWholeNumberOfSegmentsIsSentInTwoParts) { EXPECT_EQ(of(2000), Lengths({1000, 1000})); }

// 54 bytes of headers and 6 of data fill the minimum frame.
TEST_F(TcpBursts, TheLastFrameIsNotBelowTheMinimum) {
    EXPECT_EQ(of(2005), Lengths({1000, 1000, 5}));
    acknowledge(segment(2005));
    EXPECT_EQ(of(2006), Lengths({2006}));
}

TEST_F(TcpBursts, NagleHoldsTheSmallEnd) {
    EXPECT_EQ(of(10), Lengths({10}));
    EXPECT_EQ(of(2500), Lengths({1999})) << "501 bytes are held back";
    t.fin_queued = true;
    EXPECT_EQ(of(1000), Lengths({1501})) << "not the end of all";
}

TEST_F(TcpBursts, AWindowCutsAtASegment) {
    t.snd_wnd = 1400;
    EXPECT_EQ(of(5000), Lengths({1000}));
    t.snd_wnd = 4600;
    output();
    EXPECT_EQ(bursts(), Lengths({2999})) << "601 bytes of the window are left";
}

// The end of the window happens to be the end of a segment, and the end of the data is elsewhere.
TEST_F(TcpBursts, TheEndOfTheWindowIsNotTheEndOfTheData) {
    t.snd_wnd = 3003;
    EXPECT_EQ(of(9000), Lengths({2999}));
}

struct TcpDeferral : TcpBursts {
    // Of a window, `out` bytes are in flight and much waits.
    void fill(u32 window, u32 out) {
        write(out);
        t.snd_wnd = t.cc.cwnd = window;
        queue(200'000);
        forget();
    }
    bool sends() {
        output();
        return !bursts().empty();
    }
};

TEST_F(TcpDeferral, WaitsForAThirdOfTheWindow) {
    fill(9000, 6001);
    EXPECT_FALSE(sends());
    t.snd_wnd = t.cc.cwnd = 9001;
    EXPECT_TRUE(sends());
}

TEST_F(TcpDeferral, TheSmallerWindowCounts) {
    fill(9000, 6001);
    t.snd_wnd = 90'000;
    EXPECT_FALSE(sends());
    t.snd_wnd = 9000, t.cc.cwnd = 90'000;
    EXPECT_FALSE(sends());
}

TEST_F(TcpDeferral, OrForAFullBurst) {
    fill(300'000, 235'001);
    EXPECT_FALSE(sends());
    t.snd_wnd = t.cc.cwnd = 300'001;
    EXPECT_TRUE(sends());
}

TEST_F(TcpDeferral, NotIfTheRestFitsIntoTheWindow) {
    write(6001);
    t.snd_wnd = t.cc.cwnd = 9000;
    EXPECT_EQ(lengths().size(), 7u);
    write(2999);
    EXPECT_FALSE(bursts().empty());
}

TEST_F(TcpDeferral, NotIfALossIsPossible) {
    fill(9000, 6001);
    t.dup_acks = 1;
    EXPECT_TRUE(sends());
}

TEST_F(TcpDeferral, NotWhileDataAreMissing) {
    fill(9000, 6001);
    acknowledge(segment(0, {{1000, 1001}}));
    t.snd_wnd = t.cc.cwnd = 9000;
    t.dup_acks = 0;
    EXPECT_TRUE(sends());
}

TEST_F(TcpDeferral, NotOnALongPath) {
    fill(9000, 6001);
    t.rtt = {};
    t.rtt.sample(microseconds(9999));
    EXPECT_FALSE(sends());
    t.rtt = {};
    t.rtt.sample(milliseconds(10));
    EXPECT_TRUE(sends());
}

TEST_F(TcpOutput, WithoutOffloadNothingIsDeferred) {
    write(6001);
    t.snd_wnd = t.cc.cwnd = 8000;
    forget();
    write(9000);
    EXPECT_EQ(lengths(), Lengths({1000}));
}

}  // namespace
