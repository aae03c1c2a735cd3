// Keepalives, on a block: kernel/net/tcp/timers.cc.
#include "tcb_timer_kit.h"

using namespace net;

namespace {

// RFC 9293 section 3.8.4
struct TcpKeepalive : TcpTimers {
    TcpKeepalive() {
        t.config.keepalive = true;
        t.config.keepalive_idle = seconds(100), t.config.keepalive_interval = seconds(10);
        t.config.keepalive_probes = 3;
        t.last_received = ago(seconds(100));
    }
    void expire() { TcpTimers::expire(TcpTimer::Keepalive); }
};

TEST_F(TcpKeepalive, SendsAnOldSequenceNumber) {
    expire();
    EXPECT_TRUE(only_sent().is(0u - 1, 0));
    EXPECT_EQ(count(Stat::tcp_keepalives_out), 1u);
    EXPECT_EQ(t.probes, 1);
    EXPECT_EQ(until(TcpTimer::Keepalive), seconds(10));
}

TEST_F(TcpKeepalive, GivesUpAfterTheLastProbe) {
    for (int i = 0; i < 3; i++) expire();
    EXPECT_FALSE(gave_up());
    expire();
    EXPECT_TRUE(gave_up());
    EXPECT_EQ(t.error, Errno::TimedOut);
}

TEST_F(TcpKeepalive, WaitsIfThePeerHasSentSomething) {
    t.last_received = ago(just_below(seconds(100)));
    expire();
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(until(TcpTimer::Keepalive), kTick);
}

TEST_F(TcpKeepalive, ContinuesOnceItHasBegun) {
    t.last_received = ago(seconds(1));
    t.probes = 1;
    expire();
    EXPECT_TRUE(only_sent().is(0u - 1, 0));
}

TEST_F(TcpKeepalive, DataInFlightDetectADeadPeer) {
    write(10);
    forget();
    expire();
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(until(TcpTimer::Keepalive), seconds(10));
}

TEST_F(TcpKeepalive, SoDoWindowProbes) {
    t.set(TcpTimer::Persist, now() + seconds(1));
    expire();
    EXPECT_TRUE(sent().empty());
}

TEST_F(TcpKeepalive, NoneIsSentIfTheOptionIsOff) {
    t.config.keepalive = false;
    expire();
    EXPECT_TRUE(sent().empty());
    EXPECT_FALSE(t.running(TcpTimer::Keepalive));
}

TEST_F(TcpKeepalive, NoneIsSentInTimeWait) {
    t.state = TcpState::TimeWait;
    expire();
    EXPECT_TRUE(sent().empty());
    tcp_config_changed(t, now());
    EXPECT_FALSE(t.running(TcpTimer::Keepalive));
}

TEST_F(TcpKeepalive, TheUserTimeoutReplacesTheNumberOfProbes) {
    t.config.user_timeout = seconds(120);
    expire();
    EXPECT_FALSE(gave_up());
    t.probes = 9;
    t.last_received = ago(just_below(seconds(120)));
    expire();
    EXPECT_FALSE(gave_up());
    t.last_received = ago(seconds(120));
    expire();
    EXPECT_TRUE(gave_up());
}

TEST_F(TcpKeepalive, TheUserTimeoutNeedsAProbe) {
    t.config.user_timeout = seconds(50);
    expire();
    EXPECT_FALSE(gave_up());
    EXPECT_EQ(t.probes, 1);
}

TEST_F(TcpKeepalive, AChangeSetsTheTimer) {
    tcp_config_changed(t, now());
    EXPECT_EQ(until(TcpTimer::Keepalive), seconds(100)) << "it was off";
    t.config.keepalive_idle = seconds(150);
    tcp_config_changed(t, now());
    EXPECT_EQ(until(TcpTimer::Keepalive), seconds(50)) << "since the peer's last segment";
    t.probes = 1;
    t.config.keepalive_interval = seconds(60);
    tcp_config_changed(t, now());
    EXPECT_EQ(until(TcpTimer::Keepalive), seconds(50)) << "the next probe is not delayed";
    t.config.keepalive_interval = seconds(20);
    tcp_config_changed(t, now());
    EXPECT_EQ(until(TcpTimer::Keepalive), seconds(20));
}

TEST_F(TcpKeepalive, AChangeSetsNoTimerIfTheOptionIsOff) {
    t.config.keepalive = false;
    tcp_config_changed(t, now());
    EXPECT_FALSE(t.running(TcpTimer::Keepalive));
    t.config.keepalive = true;
    t.state = TcpState::SynSent;
    tcp_config_changed(t, now());
    EXPECT_FALSE(t.running(TcpTimer::Keepalive)) << "nor before it is established";
    t.state = TcpState::Established;
}

}  // namespace
