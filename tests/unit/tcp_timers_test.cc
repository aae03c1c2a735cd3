// TCP's timers, on a block: kernel/net/tcp/timers.cc.
#include "tcb_timer_kit.h"

using namespace net;

namespace {

// --- retransmission (RFC 6298): when does it give up?

struct TcpTimersWithData : TcpTimers {
    TcpTimersWithData() {
        write(1000);
        forget();
    }
    // The retransmission timer expires after so many retries and so much time.
    bool gives_up_after(u16 retries, Duration stalled) {
        t.retries = retries;
        t.stalled_at = ago(stalled);
        expire(TcpTimer::Retransmit);
        return gave_up();
    }
};

TEST_F(TcpTimersWithData, After15RetriesAndR2) {
    EXPECT_FALSE(gives_up_after(14, seconds(1000)));
    EXPECT_FALSE(gives_up_after(15, just_below(kLeastR2)));
    EXPECT_TRUE(gives_up_after(15, kLeastR2));
    EXPECT_EQ(t.error, Errno::TimedOut);
    EXPECT_EQ(count(Stat::tcp_timed_out), 1u);
    const std::vector<Sent> all = sent();
    ASSERT_FALSE(all.empty());
    EXPECT_TRUE(all.back().has(TcpFlags::Rst));
}

// RFC 1122 section 4.2.3.9.
TEST_F(TcpTimersWithData, TheSoftErrorIsTheReason) {
    t.soft_error = Errno::HostUnreach;
    EXPECT_TRUE(gives_up_after(15, kLeastR2));
    EXPECT_EQ(t.error, Errno::HostUnreach);
}

TEST_F(TcpTimersWithData, AnOrphanHasFewerRetries) {
    t.orphan = true;
    EXPECT_FALSE(gives_up_after(7, seconds(1000)));
    EXPECT_TRUE(gives_up_after(8, seconds(1000)));
}

// RFC 9293 section 3.8.6.1 (MUST-37).
TEST_F(TcpTimersWithData, NotWhileThePeerKeepsItsWindowClosedAndAnswers) {
    t.snd_wnd = 0;
    t.last_received = ago(just_below(kMaxPersist * 2));
    EXPECT_FALSE(gives_up_after(15, seconds(1000)));
    t.last_received = ago(kMaxPersist * 2);
    EXPECT_TRUE(gives_up_after(15, seconds(1000)));
}

TEST_F(TcpTimersWithData, AnOpenWindowIsNoReasonToWait) {
    t.snd_wnd = 1;
    EXPECT_TRUE(gives_up_after(15, seconds(1000)));
}

TEST_F(TcpTimersWithData, AnOrphanDoesNotWaitForAClosedWindow) {
    t.snd_wnd = 0;
    t.orphan = true;
    EXPECT_TRUE(gives_up_after(8, kOrphanTimeout));
}

// RFC 8985 section 7.2: a tail loss probe comes before the first timeout.
TEST_F(TcpTimersWithData, AProbeComesFirst) {
    expire(TcpTimer::Retransmit);
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u);
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    expire(TcpTimer::Retransmit);
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u);
    EXPECT_EQ(count(Stat::tcp_timeouts), 1u);
}

TEST_F(TcpTimersWithData, AnAnswerMustBeMissingToGiveUp) {
    t.sack = false;  // no probe
    t.config.user_timeout = seconds(1);
    EXPECT_FALSE(gives_up_after(0, seconds(1000)));
}

TEST_F(TcpTimersWithData, ATimeoutLooksAtTheRoute) {
    stack->path_mtus().learn(kGateway, 600, 1500, now());
    EXPECT_FALSE(gives_up_after(1, seconds(1)));
    EXPECT_EQ(t.path_mtu, 600);
}

TEST_F(TcpTimersWithData, ATimeoutAsksWhatTheDeviceCanDo) {
    t.features = NetDevice::kTcpSegments;  // of the device on another path
    EXPECT_FALSE(gives_up_after(1, seconds(1)));
    EXPECT_EQ(t.features, 0u);
}

// RFC 4821: three timeouts of full segments.
TEST_F(TcpTimersWithData, ABlackHoleIsSuspected) {
    EXPECT_FALSE(gives_up_after(3, seconds(1)));
    EXPECT_EQ(count(Stat::tcp_black_holes), 1u);
}

TEST_F(TcpTimersWithData, FullSegmentsAreTriedAgainInTime) {
    t.black_hole_mss = 512;
    t.raise_mss_at = now() + kTick;
    tcp_timers(t, now());
    EXPECT_EQ(t.black_hole_mss, 512);
    pass(kTick);
    tcp_timers(t, now());
    EXPECT_EQ(t.black_hole_mss, 0);
}

struct TcpUserTimeout : TcpTimersWithData {
    TcpUserTimeout() { t.config.user_timeout = seconds(10); }
};

TEST_F(TcpUserTimeout, EndsIt) {
    EXPECT_FALSE(gives_up_after(1, just_below(seconds(10))));
    EXPECT_EQ(until(TcpTimer::Retransmit), kTick) << "the next timeout is not later";
    EXPECT_TRUE(gives_up_after(1, seconds(10)));
}

TEST_F(TcpUserTimeout, DoesNotDelayARetry) {
    EXPECT_FALSE(gives_up_after(1, seconds(1)));
    EXPECT_LT(until(TcpTimer::Retransmit), seconds(9));
}

TEST_F(TcpUserTimeout, BeginsWithTheFirstTimeout) {
    t.sack = false;  // no tail loss probe
    EXPECT_FALSE(gives_up_after(0, seconds(1000)));
    EXPECT_EQ(t.retries, 1);
    EXPECT_EQ(t.stalled_at, now());
}

TEST_F(TcpUserTimeout, AChangeTakesEffectAtOnce) {
    t.retries = 1;
    t.stalled_at = now();
    t.set(TcpTimer::Retransmit, now() + seconds(60));
    t.set(TcpTimer::Persist, now() + seconds(60));
    tcp_config_changed(t, now());
    EXPECT_EQ(until(TcpTimer::Retransmit), seconds(10));
    EXPECT_EQ(until(TcpTimer::Persist), seconds(10));
    t.config.user_timeout = seconds(20);
    tcp_config_changed(t, now());
    EXPECT_EQ(until(TcpTimer::Retransmit), seconds(10)) << "a timer only becomes shorter";
}

TEST_F(TcpUserTimeout, StartsNoTimer) {
    t.stop(TcpTimer::Persist);
    t.set(TcpTimer::Retransmit, now() + seconds(60));
    tcp_config_changed(t, now());
    EXPECT_FALSE(t.running(TcpTimer::Persist));
    EXPECT_EQ(until(TcpTimer::Retransmit), seconds(60)) << "no timeout has been";
}

TEST_F(TcpUserTimeout, OfAnOrphanWithAClosedWindowHasAnUpperLimit) {
    t.orphan = true;
    t.snd_wnd = 0;
    t.config.user_timeout = seconds(200);
    EXPECT_FALSE(gives_up_after(1, just_below(seconds(100))));
    EXPECT_TRUE(gives_up_after(1, seconds(100)));
}

TEST_F(TcpUserTimeout, OfAnOrphanMayBeShorter) {
    t.orphan = true;
    t.snd_wnd = 0;
    t.config.user_timeout = seconds(50);
    EXPECT_FALSE(gives_up_after(1, just_below(seconds(50))));
    EXPECT_TRUE(gives_up_after(1, seconds(50)));
}

TEST_F(TcpUserTimeout, AnOrphanWithAnOpenWindowHasNone) {
    t.orphan = true;
    t.config.user_timeout = {};
    EXPECT_FALSE(gives_up_after(7, seconds(1000)));
}

// --- SYN and SYN-ACK

struct TcpSynTimers : TcbOutputTest {
    TcpSynTimers() {
        t.inet = stack.get();
        t.key = {kOurs, kGateway, 40000, 80};
        t.queued.open(stack->queue_budget(), 0);
        t.config.congestion = &default_congestion_control();
        tcp_open_active(t, Seq(1), now());
        tcp_output(t, now());
        forget();
    }
    void expire() {
        ASSERT_TRUE(t.running(TcpTimer::Retransmit));
        pass(t.deadline(TcpTimer::Retransmit) - now());
        tcp_timers(t, now());
    }
};

TEST_F(TcpSynTimers, ASynIsSentAgainAfterTwiceTheTime) {
    expire();
    EXPECT_TRUE(only_sent().has(TcpFlags::Syn));
    EXPECT_EQ(t.stalled_at, now());
    EXPECT_EQ(t.retries, 1);
    EXPECT_FALSE(t.timing);
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit) - now(), seconds(2));
    const Instant first = now();
    expire();
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit) - now(), seconds(4));
    EXPECT_EQ(t.stalled_at, first);
}

TEST_F(TcpSynTimers, GiveUpAfterSixRetries) {
    for (int i = 0; i < 6; i++) expire();
    EXPECT_EQ(sent().size(), 6u);
    expire();
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_TRUE(sent().empty());
}

TEST_F(TcpSynTimers, GiveUpAfterThreeIfARouterComplains) {
    t.soft_error = Errno::NetUnreach;
    for (int i = 0; i < 3; i++) expire();
    EXPECT_EQ(t.state, TcpState::SynSent);
    expire();
    EXPECT_EQ(t.error, Errno::NetUnreach);
}

TEST_F(TcpSynTimers, OfASynAckGiveUpAfterFive) {
    t.state = TcpState::SynReceived;
    for (int i = 0; i < 5; i++) expire();
    EXPECT_EQ(t.state, TcpState::SynReceived);
    expire();
    EXPECT_EQ(t.state, TcpState::Closed);
}

// --- window probes (RFC 9293 section 3.8.6.1)

struct TcpPersist : TcpTimers {
    TcpPersist() {
        t.snd_wnd = 0;
        write(3000);
        forget();
    }
};

TEST_F(TcpPersist, ProbesHaveAByteOrWhatTheWindowAllows) {
    expire(TcpTimer::Persist);
    EXPECT_TRUE(only_sent().is(0, 1));
    t.snd_wnd = 300;
    expire(TcpTimer::Persist);
    EXPECT_TRUE(only_sent().is(0, 300));
    EXPECT_EQ(count(Stat::tcp_window_probes), 2u);
    EXPECT_EQ(t.probes, 2);
    EXPECT_FALSE(t.running(TcpTimer::Retransmit));
}

TEST_F(TcpPersist, ProbesAreNoLongerThanASegmentOrTheData) {
    t.snd_wnd = 2000;
    t.set(TcpTimer::Resend, now() + seconds(1));  // nothing else is sent
    expire(TcpTimer::Persist);
    EXPECT_EQ(lengths(), Lengths({1000}));
    t.send.drop(2999), t.snd_una = t.snd_nxt = t.snd_data = at(2999);
    t.scoreboard.start(t.snd_una);
    expire(TcpTimer::Persist);
    EXPECT_EQ(lengths(), Lengths({1}));
}

TEST_F(TcpPersist, WithoutDataThereIsNothingToProbe) {
    t.send.clear();
    expire(TcpTimer::Persist);
    EXPECT_TRUE(sent().empty());
    EXPECT_FALSE(t.running(TcpTimer::Persist));
}

TEST_F(TcpPersist, TheIntervalDoublesUpToAMinute) {
    t.rtt = {};
    t.rtt.sample(milliseconds(1));  // an RTO below the least interval
    i64 due = 1000;
    for (int i = 0; i < 10; i++) {
        expire(TcpTimer::Persist);
        EXPECT_EQ(until(TcpTimer::Persist).ms(), std::min<i64>(due, 60'000));
        due *= 2;
    }
}

TEST_F(TcpPersist, TheFirstIntervalIsTheRto) {
    t.rtt = {};
    EXPECT_EQ(t.rtt.rto(), seconds(1));
    t.window_probes = 0;
    tcp_schedule_window_probe(t, now());
    EXPECT_EQ(until(TcpTimer::Persist), seconds(1));
}

TEST_F(TcpPersist, CountersDoNotWrap) {
    t.probes = 0;
    t.window_probes = 254;
    expire(TcpTimer::Persist);
    expire(TcpTimer::Persist);
    EXPECT_EQ(t.window_probes, 255);
}

TEST_F(TcpPersist, GivesUpAfter15UnansweredProbes) {
    t.probes = 14;
    expire(TcpTimer::Persist);
    EXPECT_FALSE(gave_up());
    expire(TcpTimer::Persist);
    EXPECT_TRUE(gave_up());
}

TEST_F(TcpPersist, TheUserTimeoutEndsItAlthoughThePeerAnswers) {
    t.config.user_timeout = seconds(10);
    t.stalled_at = ago(milliseconds(9999));
    expire(TcpTimer::Persist);
    EXPECT_FALSE(gave_up());
    EXPECT_EQ(until(TcpTimer::Persist), milliseconds(1));
    t.probes = 0;
    pass(milliseconds(1));
    tcp_timers(t, now());
    EXPECT_TRUE(gave_up());
}

// --- all timers

TEST_F(TcpTimers, ADelayedAckIsSent) {
    expire(TcpTimer::DelayedAck);
    EXPECT_TRUE(only_sent().is(0, 0));
    EXPECT_FALSE(t.running(TcpTimer::DelayedAck));
}

TEST_F(TcpTimers, TheLastOneEndsTheConnection) {
    t.set(TcpTimer::Rack, now());
    expire(TcpTimer::Final);
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_EQ(t.error, Errno::None);
}

TEST_F(TcpTimers, OnlyThoseThatAreDueExpire) {
    t.set(TcpTimer::Final, now() + kTick);
    t.set(TcpTimer::Keepalive, now() + seconds(5));
    expire(TcpTimer::DelayedAck);
    EXPECT_EQ(t.state, TcpState::Established);
    EXPECT_EQ(t.soonest, now() + kTick) << "the next one";
}

TEST_F(TcpTimers, TheNextOneIsShownToPrograms) {
    tcp_info info{};
    tcp_fill_timer(t, info, now());
    EXPECT_EQ(info.tcpi_timer, 0u) << "none is running";
    EXPECT_EQ(info.tcpi_timer_us, 0u);
    t.set(TcpTimer::Keepalive, now() + seconds(5));
    t.set(TcpTimer::Persist, now() + microseconds(7));
    tcp_fill_timer(t, info, now());
    EXPECT_EQ(info.tcpi_timer, static_cast<u32>(TCP_TIMER_RETRANSMIT) + static_cast<u32>(TcpTimer::Persist));
    EXPECT_EQ(info.tcpi_timer_us, 7u);
    info = {};
    tcp_fill_timer(t, info, now() + seconds(1));
    EXPECT_EQ(info.tcpi_timer_us, 0u) << "late";
}

}  // namespace
