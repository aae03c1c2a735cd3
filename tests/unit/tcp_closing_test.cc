// The end of a connection, on a block: kernel/net/tcp/closing.cc.
#include "tcb_kit.h"

using namespace net;

namespace {

struct TcpClosing : TcbTest {
    usize sent() const { return device.sent.size(); }
};

// A block with something of everything: data in flight and not, data to read, a hole, timers, an ACK to send.
struct TcpFailing : TcpClosing {
    TcpFailing() {
        establish();
        t.cc.cwnd = 2000;
        write(3000);
        acknowledge(segment(0, {{1000, 2000}}));
        arrives(carrying(0, 10));
        arrives(carrying(100, 10));
        t.ack_now = true;
        t.events = 0;
        EXPECT_GT(t.receive.bytes(), 0u);
        EXPECT_FALSE(t.out_of_order.empty());
    }
    void expect_nothing_to_do() const {
        EXPECT_EQ(t.state, TcpState::Closed);
        for (usize i = 0; i < kTcpTimers; i++) EXPECT_FALSE(t.running(static_cast<TcpTimer>(i))) << i;
        EXPECT_EQ(t.soonest, Instant::never());
        EXPECT_EQ(t.flight(), 0u);
        EXPECT_EQ(t.scoreboard.lost(), 0u);
        EXPECT_EQ(t.scoreboard.sacked(), 0u);
        EXPECT_TRUE(t.out_of_order.empty());
        EXPECT_FALSE(t.ack_now);
        EXPECT_EQ(t.events, kTcpFailed | kTcpReadable | kTcpWritable);
    }
};

TEST_F(TcpFailing, OnlyWhatHasArrivedIsLeft) {
    tcp_fail(t, Errno::ConnReset);
    expect_nothing_to_do();
    EXPECT_EQ(t.error, Errno::ConnReset);
    EXPECT_EQ(t.receive.bytes(), 10u) << "the program may still read it";
    tcp_fail(t, Errno::TimedOut);
    EXPECT_EQ(t.error, Errno::ConnReset) << "the first reason counts";
}

// RFC 9293 section 3.10.4.
TEST_F(TcpClosing, CloseSendsWhatACorkHeldBack) {
    establish();
    t.config.cork = true;
    write(10);
    EXPECT_EQ(t.flight(), 0u);
    tcp_close(t, now());
    EXPECT_EQ(t.state, TcpState::FinWait1);
    EXPECT_EQ(t.flight(), 11u);
}

TEST_F(TcpClosing, CloseInALaterStateChangesNothing) {
    establish();
    for (const TcpState s : {TcpState::FinWait1, TcpState::FinWait2, TcpState::Closing, TcpState::LastAck,
                             TcpState::TimeWait, TcpState::Closed}) {
        t.state = s;
        tcp_close(t, now());
        EXPECT_EQ(t.state, s);
        EXPECT_FALSE(t.fin_queued);
    }
}

TEST_F(TcpClosing, TheOrphansTimeoutStartsAtCloseUnlessDataAreLostAlready) {
    establish();
    write(100);
    const auto restarts = [this](u16 retries, u32 window) {
        t.retries = retries, t.snd_wnd = window;
        pass(seconds(1));
        tcp_orphan(t, now());
        return t.stalled_at == now();
    };
    EXPECT_TRUE(restarts(0, 1000));
    EXPECT_TRUE(restarts(1, 0)) << "the peer answers, and has no room";
    EXPECT_FALSE(restarts(1, 1000));
}

TEST_F(TcpClosing, OnlyAnOrphanWaitsABoundedTimeForThePeersFin) {
    establish();
    tcp_close(t, now());
    arrives(segment(1));
    EXPECT_EQ(t.state, TcpState::FinWait2);
    EXPECT_FALSE(t.running(TcpTimer::Final));
    pass(seconds(5));
    tcp_orphan(t, now());
    EXPECT_EQ(t.deadline(TcpTimer::Final), now() + kFinWait2Timeout);
    EXPECT_EQ(t.stalled_at, now());
}

TEST_F(TcpClosing, AnOrphanThatMayStillSendHasNoSuchTimeout) {
    establish();
    write(100);
    tcp_orphan(t, now());
    EXPECT_EQ(t.state, TcpState::FinWait1);
    EXPECT_FALSE(t.running(TcpTimer::Final));
}

// RFC 9293 section 3.10.5.
TEST_F(TcpClosing, AbortTellsThePeerUnlessItHasClosedOrNeverAnswered) {
    establish();
    const auto resets = [this](TcpState s) {
        t.state = s;
        const usize before = sent();
        tcp_abort(t, Errno::ConnAborted, now());
        EXPECT_EQ(t.state, TcpState::Closed);
        return sent() - before;
    };
    for (const TcpState s : {TcpState::SynReceived, TcpState::Established, TcpState::CloseWait,
                             TcpState::FinWait1, TcpState::FinWait2}) {
        EXPECT_EQ(resets(s), 1u) << name_of(s);
    }
    for (const TcpState s : {TcpState::SynSent, TcpState::Closing, TcpState::LastAck, TcpState::TimeWait}) {
        EXPECT_EQ(resets(s), 0u) << name_of(s);
    }
}

// RFC 5927 section 4: an attacker must guess a sequence number in flight.
TEST_F(TcpClosing, AnIcmpErrorCountsOnlyForWhatIsInFlight) {
    establish();
    write(100);
    for (const Seq outside : {at(0) - 1, at(100), at(101)}) {
        tcp_unreachable(t, outside, Errno::NetUnreach, 0, now());
        EXPECT_EQ(t.soft_error, Errno::None);
    }
    tcp_unreachable(t, at(0), Errno::NetUnreach, 0, now());
    EXPECT_EQ(t.soft_error, Errno::NetUnreach);
    tcp_unreachable(t, at(99), Errno::HostUnreach, 0, now());
    EXPECT_EQ(t.soft_error, Errno::HostUnreach);
}

// RFC 1122 section 4.2.3.9: port and protocol unreachable.
TEST_F(TcpClosing, OnlyAHardErrorEndsAnOpenAndOnlyAnOpen) {
    establish();
    write(100);
    for (const Errno hard : {Errno::ConnRefused, Errno::NoProtoOpt}) {
        tcp_unreachable(t, at(0), hard, 0, now());
        EXPECT_EQ(t.state, TcpState::Established);
    }
    t.state = TcpState::SynSent;
    tcp_unreachable(t, at(0), Errno::HostUnreach, 0, now());
    EXPECT_EQ(t.state, TcpState::SynSent);
    tcp_unreachable(t, at(0), Errno::NoProtoOpt, 0, now());
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_EQ(t.error, Errno::ConnRefused);
}

// --- TCP_INFO

tcp_info info_of(const Tcb& t) {
    tcp_info i;
    memset(&i, 0xaa, sizeof i);
    tcp_fill_info(t, i);
    return i;
}

TEST_F(TcpClosing, InfoHasTheFieldsOfTheBlock) {
    establish({.sack = true, .timestamps = true});
    t.cc.cwnd = 1500;
    pass(milliseconds(30));
    write(4000);
    Segment s = carrying(0, 10);
    stamp(s, tcp_timestamp(t, now()));
    arrives(std::move(s));
    t.retransmits = 12;
    t.rtt.sample(milliseconds(30));
    t.rtt.back_off();
    ASSERT_GT(t.rtt.rttvar().us(), 0);
    const tcp_info i = info_of(t);
    EXPECT_EQ(i.tcpi_state, TCP_ESTABLISHED);
    EXPECT_EQ(i.tcpi_backoff, t.rtt.backoff());
    EXPECT_EQ(i.tcpi_rto, static_cast<u32>(t.rtt.rto().us()));
    EXPECT_EQ(i.tcpi_rtt, static_cast<u32>(t.rtt.srtt().us()));
    EXPECT_EQ(i.tcpi_rttvar, static_cast<u32>(t.rtt.rttvar().us()));
    EXPECT_EQ(i.tcpi_snd_mss, 988u);
    EXPECT_EQ(i.tcpi_rcv_mss, t.receive_mss);
    EXPECT_EQ(i.tcpi_snd_cwnd, t.cc.cwnd);
    EXPECT_EQ(i.tcpi_snd_ssthresh, t.cc.ssthresh);
    EXPECT_EQ(i.tcpi_snd_wnd, t.snd_wnd);
    EXPECT_EQ(i.tcpi_rcv_wnd, t.rcv_wnd());
    EXPECT_EQ(i.tcpi_unacked, t.flight());
    EXPECT_EQ(i.tcpi_unacked + i.tcpi_notsent, 4000u);
    EXPECT_GT(i.tcpi_notsent, 0u);
    EXPECT_EQ(i.tcpi_rcv_queue, 10u);
    EXPECT_EQ(i.tcpi_total_retrans, 12u);
    EXPECT_EQ(i.tcpi_pmtu, t.path_mtu);
    EXPECT_EQ(i.tcpi_bytes_sent, t.bytes_sent);
    EXPECT_EQ(i.tcpi_bytes_received, 10u);
    EXPECT_EQ(i.tcpi_timer, unsigned{TCP_TIMER_NONE}) << "tcp_fill_timer writes it";
}

TEST_F(TcpClosing, InfoHasNothingUnsentOnceTheFinIsSent) {
    establish();
    tcp_close(t, now());
    EXPECT_EQ(info_of(t).tcpi_notsent, 0u);
}

TEST_F(TcpClosing, InfoCountsRetriesUpTo255) {
    establish();
    for (const u16 retries : {0, 254, 255, 256}) {
        t.retries = retries;
        EXPECT_EQ(info_of(t).tcpi_retransmits, std::min<u16>(retries, 255));
    }
}

TEST_F(TcpClosing, InfoHasABitForEachOption) {
    establish();
    const auto options = [this](bool timestamps, bool sack, bool scaling) {
        t.timestamps = timestamps, t.sack = sack, t.scaling = scaling;
        return unsigned{info_of(t).tcpi_options};
    };
    EXPECT_EQ(options(false, false, false), 0u);
    EXPECT_EQ(options(true, false, false), unsigned{TCPI_OPT_TIMESTAMPS});
    EXPECT_EQ(options(false, true, false), unsigned{TCPI_OPT_SACK});
    EXPECT_EQ(options(false, false, true), unsigned{TCPI_OPT_WSCALE});
    EXPECT_EQ(options(true, true, true), unsigned{TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE});
}

}  // namespace
