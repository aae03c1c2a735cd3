// Tail loss probes (RFC 8985 section 7), on a block: kernel/net/tcp/tail_probe.cc. tcp_rack_test.cc has them
// in a connection.
#include "tcb_kit.h"

using namespace net;

namespace {

constexpr Duration kRtt = milliseconds(50);

struct TailProbe : TcbTest {
    TailProbe() {
        establish();
        t.rtt = {};
        t.rtt.sample(kRtt);
        t.cc.cwnd = 5000;
    }
    // Schedules it anew. What is left until then; never: a negative time.
    Duration scheduled() {
        t.set(TcpTimer::Rack, Instant::never());
        t.set(TcpTimer::Retransmit, now() + seconds(60));
        tcp_schedule_tail_probe(t, now());
        return t.running(TcpTimer::Rack) ? t.deadline(TcpTimer::Rack) - now() : Duration{-1};
    }
    // The range of sequence numbers that a probe sends, relative to the first byte of data.
    std::pair<u32, u32> probe() {
        device.sent.clear();
        EXPECT_TRUE(tcp_send_tail_probe(t, now()));
        EXPECT_EQ(device.sent.size(), 1u);
        const SentIp s(device.take_sent());
        const u32 from = Seq(s.tcp().seq).since(at(0));
        return {from, from + static_cast<u32>(s.data(20).size())};
    }
    using Range = std::pair<u32, u32>;
    void answered(u32 una, const AckNews& news) {
        t.snd_una = at(una);
        tcp_tail_probe_answered(t, news);
    }
};

// --- when (section 7.2)

TEST_F(TailProbe, ComesAfterTwoRoundTrips) {
    write(1001);
    EXPECT_EQ(scheduled(), kRtt * 2 + milliseconds(2));
}

TEST_F(TailProbe, OfOneSegmentComesLaterBecauseThePeerMayDelayItsAck) {
    write(1000);
    EXPECT_EQ(scheduled(), kRtt * 2 + milliseconds(200));
}

TEST_F(TailProbe, ComesAfterASecondIfTheRoundTripIsUnknown) {
    write(2000);
    t.rtt = {};
    EXPECT_EQ(scheduled(), seconds(1));
}

TEST_F(TailProbe, IsNotScheduledIfTheRetransmissionComesFirst) {
    write(2000);
    const Instant due = now() + kRtt * 2 + milliseconds(2);
    t.set(TcpTimer::Retransmit, due);
    tcp_schedule_tail_probe(t, now());
    EXPECT_FALSE(t.running(TcpTimer::Rack));
    t.set(TcpTimer::Retransmit, due + Duration{1});
    tcp_schedule_tail_probe(t, now());
    EXPECT_TRUE(t.running(TcpTimer::Rack));
}

TEST_F(TailProbe, IsNotSentWithoutSomethingInFlightOrWhenSomethingElseRepairs) {
    EXPECT_EQ(scheduled(), Duration{-1}) << "nothing is in flight";
    EXPECT_FALSE(tcp_send_tail_probe(t, now()));
    write(3000);
    const auto refused = [this](auto& what, auto value) {
        const auto before = std::exchange(what, value);
        const bool r = scheduled() == Duration{-1} && !tcp_send_tail_probe(t, now());
        what = before;
        return r;
    };
    EXPECT_TRUE(refused(t.sack, false)) << "its ACK would say nothing";
    EXPECT_TRUE(refused(t.probing, true)) << "one at a time";
    EXPECT_TRUE(refused(t.after_timeout, true));
    EXPECT_TRUE(refused(t.recovering, true));
    EXPECT_TRUE(refused(t.state, TcpState::SynReceived));
    t.set(TcpTimer::Persist, now() + seconds(1));
    EXPECT_EQ(scheduled(), Duration{-1}) << "the window is closed";
    t.stop(TcpTimer::Persist);
    EXPECT_NE(scheduled(), Duration{-1});
    t.scoreboard.sack({at(1000), at(2000)}, [](const Delivered&) {});
    EXPECT_EQ(scheduled(), Duration{-1}) << "RACK finds the loss";
}

// --- what (section 7.3)

TEST_F(TailProbe, SendsNewDataAndMayExceedTheCongestionWindow) {
    write(8000);
    ASSERT_EQ(t.flight(), 5000u);
    EXPECT_EQ(probe(), Range(5000, 6000));
    EXPECT_EQ(t.probe_end, at(6000));
    EXPECT_FALSE(t.probe_again);
    EXPECT_TRUE(t.probing);
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now() + tcp_rto(t));
    EXPECT_EQ(count(Stat::tcp_tail_probes), 1u);
}

TEST_F(TailProbe, SendsWhatIsLeftIfThatIsLess) {
    write(5300);
    ASSERT_EQ(t.flight(), 5000u);
    EXPECT_EQ(probe(), Range(5000, 5300));
}

TEST_F(TailProbe, SendsNoMoreThanThePeerAccepts) {
    write(8000);
    t.snd_wnd = 5200;
    EXPECT_EQ(probe(), Range(5000, 5200));
}

TEST_F(TailProbe, RepeatsTheLastSegmentIfThePeerAcceptsNothing) {
    write(8000);
    t.snd_wnd = 5000;
    EXPECT_EQ(probe(), Range(4000, 5000));
    EXPECT_EQ(t.probe_end, at(5000));
    EXPECT_TRUE(t.probe_again);
}

TEST_F(TailProbe, RepeatsTheLastSegmentIfNothingIsUnsent) {
    write(2500);
    EXPECT_EQ(probe(), Range(1500, 2500));
    EXPECT_EQ(t.probe_end, at(2500));
}

TEST_F(TailProbe, RepeatsAllThatIsInFlightIfThatIsLess) {
    write(300);
    EXPECT_EQ(probe(), Range(0, 300));
}

// --- the answer (section 7.4)

struct TailProbeAgain : TailProbe {
    TailProbeAgain() {
        write(3000);
        probe();
        t.cc.ssthresh = 9000;
    }
    bool reduced() const { return t.cc.ssthresh < 9000; }
};

TEST_F(TailProbeAgain, AnAckThatDoesNotCoverItIsNoAnswer) {
    answered(2999, {.advanced = true, .dsack = true});
    EXPECT_TRUE(t.probing);
}

TEST_F(TailProbeAgain, TheAckOfTheOriginalLeavesItOpen) {
    answered(3000, {.advanced = true});
    EXPECT_TRUE(t.probing);
    EXPECT_FALSE(reduced());
}

TEST_F(TailProbeAgain, ADsackSaysThatItWasNeedless) {
    answered(3000, {.advanced = true, .dsack = true});
    EXPECT_FALSE(t.probing);
    EXPECT_FALSE(reduced());
}

TEST_F(TailProbeAgain, SoDoesADuplicateAck) {
    answered(3000, {.duplicate = true});
    EXPECT_FALSE(t.probing);
    EXPECT_FALSE(reduced());
}

// More than the probe is acknowledged, and nothing arrived twice: the original was lost.
TEST_F(TailProbeAgain, OneThatRepairedALossReducesTheWindow) {
    answered(3001, {.advanced = true});
    EXPECT_FALSE(t.probing);
    EXPECT_TRUE(reduced());
    EXPECT_EQ(t.cc.cwnd, t.cc.ssthresh);
}

TEST_F(TailProbeAgain, ALaterDsackSaysThatNothingWasLost) {
    answered(3001, {.advanced = true, .dsack = true});
    EXPECT_FALSE(t.probing);
    EXPECT_FALSE(reduced());
}

TEST_F(TailProbeAgain, InARecoveryTheWindowIsReducedAlready) {
    t.recovering = true;
    answered(3001, {.advanced = true});
    EXPECT_FALSE(reduced());
    t.recovering = false, t.after_timeout = t.probing = true;
    answered(3001, {.advanced = true});
    EXPECT_FALSE(reduced());
}

TEST_F(TailProbe, WithNewDataHasRepairedNothing) {
    write(8000);
    probe();
    t.cc.ssthresh = 9000;
    answered(7000, {.advanced = true});
    EXPECT_FALSE(t.probing);
    EXPECT_EQ(t.cc.ssthresh, 9000u);
}

TEST_F(TailProbe, IsAnsweredOnlyIfItWasSent) {
    write(3000);
    t.cc.ssthresh = 9000;
    t.probe_again = true;
    answered(3000, {.advanced = true});
    EXPECT_EQ(t.cc.ssthresh, 9000u);
}

}  // namespace
