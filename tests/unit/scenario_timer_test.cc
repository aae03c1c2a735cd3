// Timers (window probes, TCP_USER_TIMEOUT, keepalives): problems reported for other stacks.
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::text;

namespace {

struct TimerScenario : TcpPeerTest {
    static constexpr Seg kClosed{.seq = 1, .ack = 1, .window = 0};

    // A connection with a zero window and 1,000 bytes to send.
    void close_window() {
        accept_one({.flags = kSyn, .mss = 1000});
        say({.seq = 1, .ack = 1, .window = 0});
        EXPECT_OK(send(1000));
        EXPECT_TRUE(silence());
    }
    void set(int option, int value) { EXPECT_OK(program->set_option(IPPROTO_TCP, option, as_option(value))); }
    void keep_alive() { EXPECT_OK(program->set_option(SOL_SOCKET, SO_KEEPALIVE, as_option(1))); }

    // The times, in milliseconds from now, of the segments sent during `d`; the peer answers each with
    // `answer`.
    std::vector<i64> times_of_segments(Duration d, std::optional<Seg> answer = {}) {
        std::vector<i64> at;
        const Instant begin = platform::now();
        while (platform::now() - begin < d) {
            pass(milliseconds(50));
            for (usize n = hear_all().size(); n > 0; n--) {
                at.push_back((platform::now() - begin).ms());
                if (answer) say(*answer);
            }
        }
        return at;
    }
    // Milliseconds until the connection is closed; answers as above.
    i64 time_to_live(Duration most, std::optional<Seg> answer = {}) {
        const Instant begin = platform::now();
        while (state() != TcpState::Closed && platform::now() - begin < most)
            times_of_segments(milliseconds(50), answer);
        return (platform::now() - begin).ms();
    }
};

// --- window probes (RFC 9293 section 3.8.6.1)

TEST_F(TimerScenario, ProbesBackOffAlsoWhileTheyAreAnswered) {
    close_window();
    const auto at = times_of_segments(seconds(400), kClosed);
    ASSERT_GE(at.size(), 9u);
    for (usize i = 1; i < 7; i++) EXPECT_EQ(at[i] - at[i - 1], 500 << i) << "probe " << i;
    EXPECT_EQ(at[7] - at[6], 60'000) << "the longest interval";
    EXPECT_EQ(at[8] - at[7], 60'000);
}

TEST_F(TimerScenario, AnAnsweredProbeKeepsTheConnectionForEver) {
    close_window();
    EXPECT_LT(times_of_segments(seconds(7200), kClosed).size(), 130u);
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(TimerScenario, ProbesBeginAnewAfterTheWindowWasOpen) {
    close_window();
    times_of_segments(seconds(100), kClosed);
    say({.seq = 1, .ack = 1, .window = 1000});
    HEARS(kAck, 1, 1, 1000);
    say({.seq = 1, .ack = 1001, .window = 0});
    EXPECT_OK(send(10));
    EXPECT_EQ(times_of_segments(milliseconds(600)).size(), 1u) << "the first interval";
}

TEST_F(TimerScenario, AWindowUpdateThatWasLostIsFoundOutByAProbe) {
    close_window();
    pass(milliseconds(600));
    HEARS(kAck, 1, 1, 1);
    say({.seq = 1, .ack = 1, .window = 5000});
    HEARS(kAck, 1, 1, 1000);
}

// Linux, tcp_probe_timer: all probes of an orphan count, even answered ones.
TEST_F(TimerScenario, AnOrphanIsNotKeptByAnsweredProbes) {
    close_window();
    close();
    EXPECT_LT(time_to_live(seconds(1000), kClosed), 200'000);
    EXPECT_EQ(state(), TcpState::Closed);
}

// RFC 1122 section 4.2.3.5: R2 is at least 100 s. With a hole, the RTO may be so short that all retries of an
// orphan take ten seconds.
TEST_F(TimerScenario, AnOrphanWithAHoleIsRetriedForR2) {
    accept_one({.flags = kSyn, .mss = 1000, .sack_ok = true});
    EXPECT_OK(send(3000));
    EXPECT_EQ(hear_all().size(), 3u);
    say({.seq = 1, .ack = 1, .sacks = {{1001, 2001}}});
    close();
    EXPECT_GT(time_to_live(seconds(700)), 100'000);
    EXPECT_EQ(state(), TcpState::Closed);
    device.sent.clear();
}

// --- TCP_USER_TIMEOUT (RFC 5482, tcp(7))

TEST_F(TimerScenario, UserTimeoutCountsWhileTheWindowIsClosed) {
    close_window();
    set(TCP_USER_TIMEOUT, 10'000);
    EXPECT_NEAR(static_cast<double>(time_to_live(seconds(700))), 10'000, 100);
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TimerScenario, UserTimeoutCountsThoughProbesAreAnswered) {
    close_window();
    set(TCP_USER_TIMEOUT, 10'000);
    EXPECT_NEAR(static_cast<double>(time_to_live(seconds(700), kClosed)), 10'000, 100);
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TimerScenario, UserTimeoutBeginsAnewWhenTheWindowOpens) {
    close_window();
    set(TCP_USER_TIMEOUT, 10'000);
    times_of_segments(seconds(8), kClosed);
    say({.seq = 1, .ack = 1, .window = 500});
    EXPECT_EQ(hear_all().size(), 1u);
    say({.seq = 1, .ack = 501, .window = 0});
    times_of_segments(seconds(8), Seg{.seq = 1, .ack = 501, .window = 0});
    EXPECT_EQ(state(), TcpState::Established);
}

// Linux, tcp_rtx_probe0_timed_out: a window that shrinks over data in flight does not restart the timeout.
TEST_F(TimerScenario, UserTimeoutCountsWhenTheWindowShrinksOverDataInFlight) {
    accept_one({.flags = kSyn, .mss = 1000});
    set(TCP_USER_TIMEOUT, 10'000);
    EXPECT_OK(send(1000));
    HEARS(kAck, 1, 1, 1000);
    EXPECT_LT(time_to_live(seconds(700), kClosed), 10'500);
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TimerScenario, AWindowThatShrinksOverDataInFlightMayStayClosed) {
    accept_one({.flags = kSyn, .mss = 1000});
    EXPECT_OK(send(1000));
    HEARS(kAck, 1, 1, 1000);
    times_of_segments(seconds(3600), kClosed);
    EXPECT_EQ(state(), TcpState::Established);
    say({.seq = 1, .ack = 1, .window = 1000});
    HEARS(kAck, 1, 1, 1000);
    EXPECT_LT(times_of_segments(seconds(180)).size(), 20u) << "the answer is lost";
    EXPECT_EQ(state(), TcpState::Established) << "the retry count restarts";
    device.sent.clear();
}

TEST_F(TimerScenario, UserTimeoutEndsRetransmissionsInTime) {
    accept_one();
    set(TCP_USER_TIMEOUT, 5000);
    EXPECT_OK(send(10));
    EXPECT_LT(time_to_live(seconds(100)), 5500) << "not at the next retransmission, after 6.2 s";
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TimerScenario, UserTimeoutBoundsAConnect) {
    program = socket();
    set(TCP_USER_TIMEOUT, 2500);
    their_port = 80;
    EXPECT_ERROR(program->connect({kPeer, 80}, false), InProgress);
    our_port = program->local().inet()->port;
    EXPECT_LT(time_to_live(seconds(100)), 4000);
    EXPECT_EQ(error(), ETIMEDOUT);
}

TEST_F(TimerScenario, UserTimeoutTakesThePlaceOfTheKeepaliveCount) {
    accept_one();
    set(TCP_KEEPIDLE, 5), set(TCP_KEEPINTVL, 5), set(TCP_KEEPCNT, 9);
    set(TCP_USER_TIMEOUT, 12'000);
    keep_alive();
    EXPECT_NEAR(static_cast<double>(time_to_live(seconds(100))), 15'000, 100) << "9 probes would take 50 s";
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TimerScenario, UserTimeoutOutlivesTheKeepaliveCount) {
    accept_one();
    set(TCP_KEEPIDLE, 5), set(TCP_KEEPINTVL, 1), set(TCP_KEEPCNT, 2);
    set(TCP_USER_TIMEOUT, 30'000);
    keep_alive();
    EXPECT_NEAR(static_cast<double>(time_to_live(seconds(100))), 30'000, 100);
    device.sent.clear();
}

TEST_F(TimerScenario, UserTimeoutLeavesASilentConnectionAlone) {
    accept_one();
    set(TCP_USER_TIMEOUT, 1000);
    pass(seconds(600));
    EXPECT_EQ(state(), TcpState::Established);
    EXPECT_TRUE(silence());
}

// --- keepalives (RFC 9293 section 3.8.4, tcp(7))

TEST_F(TimerScenario, KeepaliveOptionsTakeEffectAtOnceInAnyOrder) {
    accept_one();
    keep_alive();
    set(TCP_KEEPIDLE, 5), set(TCP_KEEPINTVL, 5), set(TCP_KEEPCNT, 3);
    EXPECT_NEAR(static_cast<double>(time_to_live(seconds(8000))), 20'000, 100);
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TimerScenario, AShorterKeepaliveIntervalAppliesToTheProbeThatWaits) {
    accept_one();
    set(TCP_KEEPIDLE, 1), set(TCP_KEEPINTVL, 1000), set(TCP_KEEPCNT, 2);
    keep_alive();
    EXPECT_EQ(times_of_segments(seconds(2)).size(), 1u);
    set(TCP_KEEPINTVL, 3);
    EXPECT_LT(time_to_live(seconds(2000)), 7000);
    device.sent.clear();
}

TEST_F(TimerScenario, ALongerKeepaliveIdleTimePutsTheProbeOff) {
    accept_one();
    set(TCP_KEEPIDLE, 5);
    keep_alive();
    set(TCP_KEEPIDLE, 50);
    pass(seconds(49));
    EXPECT_TRUE(silence());
    pass(seconds(2));
    HEARS(kAck, 0, 1);
}

// The peer does not get our ACKs. Its retransmissions show that it is alive (RFC 1122 section 4.2.3.6).
TEST_F(TimerScenario, APeerThatRepeatsOldDataGetsNoKeepalives) {
    accept_one();
    set(TCP_KEEPIDLE, 5), set(TCP_KEEPINTVL, 1), set(TCP_KEEPCNT, 2);
    keep_alive();
    const Seg data{.seq = 1, .ack = 1, .data = text("abc")};
    say(data);
    for (int i = 0; i < 10; i++) {
        (void)hear_all();
        pass(seconds(4));
        EXPECT_LE(hear_all().size(), i ? 0u : 1u) << "only the delayed ACK of the first";
        say(data);
    }
    EXPECT_EQ(state(), TcpState::Established);
    (void)hear_all();
}

// The first segment of the window is lost. The peer's answers have the sequence number after the window.
TEST_F(TimerScenario, APeerThatHasUsedUpTheWindowAnswersKeepalives) {
    accept_one();
    set(TCP_KEEPIDLE, 5), set(TCP_KEEPINTVL, 1), set(TCP_KEEPCNT, 2);
    keep_alive();
    for (int i = 0; i < 20; i++) {
        pass(seconds(1));
        if (hear_all().size()) say({.seq = 1 + 65535, .ack = 1});
        (void)hear_all();
    }
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(TimerScenario, KeepaliveIdleTimeCountsFromTheLastSegment) {
    accept_one();
    set(TCP_KEEPIDLE, 10);
    keep_alive();
    pass(seconds(8));
    say({.seq = 1, .ack = 1});
    pass(seconds(8));
    EXPECT_TRUE(silence());
    pass(seconds(3));
    HEARS(kAck, 0, 1);
}

TEST_F(TimerScenario, OtherOptionsDoNotPutTheKeepaliveOff) {
    accept_one();
    set(TCP_KEEPIDLE, 5);
    keep_alive();
    for (int i = 0; i < 6; i++) {
        pass(seconds(1));
        set(TCP_NODELAY, i & 1);
    }
    HEARS(kAck, 0, 1);
}

TEST_F(TimerScenario, AnAnsweredKeepaliveBeginsTheCountAnew) {
    accept_one();
    set(TCP_KEEPIDLE, 2), set(TCP_KEEPINTVL, 2), set(TCP_KEEPCNT, 2);
    keep_alive();
    EXPECT_GE(times_of_segments(seconds(60), Seg{.seq = 1, .ack = 1}).size(), 20u);
    EXPECT_EQ(state(), TcpState::Established);
    device.sent.clear();
}

TEST_F(TimerScenario, AKeepaliveAnsweredWithAResetEndsTheConnection) {
    accept_one();
    set(TCP_KEEPIDLE, 2);
    keep_alive();
    pass(seconds(3));
    HEARS(kAck, 0, 1);
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(error(), ECONNRESET);
}

TEST_F(TimerScenario, WithoutKeepaliveASilentConnectionLastsForDays) {
    accept_one();
    fake::world().advance(seconds(3 * 86400));
    EXPECT_EQ(state(), TcpState::Established);
    say({.seq = 1, .ack = 1, .data = text("morning")});
    EXPECT_EQ(as_text(receive().data), "morning");
    device.sent.clear();
}

}  // namespace
