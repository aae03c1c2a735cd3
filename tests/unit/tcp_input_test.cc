// Which segments are acceptable, and what RST, SYN and timestamps do, on a block: kernel/net/tcp/input.cc.
#include "tcb_kit.h"

using namespace net;

namespace {

struct Acceptable : TcbTest {
    Acceptable() {
        establish();
        write(1000);
        t.ack_now = false;
    }
    bool accepts(Segment s) { return tcp_check_sequence(t, s, now()); }
    u32 window() const { return t.rcv_wnd(); }
    void close_window() { t.rcv_adv = t.rcv_nxt; }
};

// RFC 9293 section 3.10.7.4: the table.
TEST_F(Acceptable, ASegmentTouchesTheWindow) {
    EXPECT_TRUE(accepts(carrying(0, 0)));
    EXPECT_TRUE(accepts(carrying(window() - 1, 0)));
    EXPECT_TRUE(accepts(carrying(window(), 0))) << "an ACK at the right edge";
    EXPECT_FALSE(accepts(carrying(window() + 1, 0)));
    EXPECT_FALSE(accepts(carrying(0u - 1, 0)));
    EXPECT_TRUE(accepts(carrying(0u - 1, 2))) << "its last byte is in the window";
    EXPECT_FALSE(accepts(carrying(0u - 1, 1)));
    EXPECT_TRUE(accepts(carrying(window() - 1, 500))) << "its first byte is";
    EXPECT_FALSE(accepts(carrying(window(), 500)));
    EXPECT_TRUE(accepts(carrying(0u - 1, 1, TcpFlags::Fin))) << "the FIN is";
}

TEST_F(Acceptable, ToAClosedWindowOnlyWhatIsAtRcvNxt) {
    close_window();
    EXPECT_TRUE(accepts(carrying(0, 0)));
    EXPECT_FALSE(t.ack_now);
    for (const u32 seq : {1u, 0u - 1}) {
        for (const u32 length : {0, 1}) {
            close_window();  // the answer to the last one has opened it
            EXPECT_FALSE(accepts(carrying(seq, length)));
        }
    }
}

TEST_F(Acceptable, AWindowOfOneByteIsNotClosed) {
    t.rcv_adv = t.rcv_nxt + 1;
    Segment s = carrying(0, 1);
    EXPECT_TRUE(tcp_check_sequence(t, s, now()));
    EXPECT_EQ(s.length, 1u);
}

// A window probe, or data that crossed a closing window: its ACK counts, its data do not.
TEST_F(Acceptable, DataToAClosedWindowAreAnsweredAndNotTaken) {
    close_window();
    Segment probe = carrying(0, 5, TcpFlags::Fin);
    EXPECT_TRUE(tcp_check_sequence(t, probe, now()));
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(probe.length, 0u);
    EXPECT_FALSE(probe.data);
    EXPECT_FALSE(probe.flags.fin());
    EXPECT_TRUE(probe.flags.ack());
}

TEST_F(Acceptable, ASynIsNoWindowProbe) {
    close_window();
    EXPECT_FALSE(accepts(carrying(0, 1, TcpFlags::Syn)));
    EXPECT_EQ(t.challenges, 0) << "it has data, so it is answered without a limit";
    EXPECT_TRUE(t.refused_syn);
}

TEST_F(Acceptable, ARepeatedSegmentIsAcknowledgedAtOnce) {
    EXPECT_FALSE(accepts(carrying(0u - 2, 2)));
    EXPECT_TRUE(t.ack_now) << "data";
    EXPECT_TRUE(t.has_duplicate);
    EXPECT_EQ(t.duplicate.left, kTheirs - 2);
    EXPECT_EQ(t.duplicate.right, kTheirs);
    t.ack_now = false;
    EXPECT_FALSE(accepts(carrying(0u - 1, 0, TcpFlags::Fin)));
    EXPECT_TRUE(t.ack_now) << "a FIN";
    t.ack_now = false;
    EXPECT_FALSE(accepts(carrying(0u - 1, 0)));
    EXPECT_FALSE(t.ack_now) << "an ACK: the answer is limited";
    EXPECT_EQ(t.challenges, 1);
}

TEST_F(Acceptable, ARstOutOfTheWindowIsIgnored) {
    EXPECT_FALSE(accepts(carrying(window(), 0, TcpFlags::Rst)));
    EXPECT_EQ(t.challenges, 0);
    EXPECT_FALSE(t.ack_now);
}

// --- timestamps (RFC 7323 sections 4.3 and 5)

struct Timestamps : TcbTest {
    Timestamps() {
        establish({.timestamps = true});
        t.ts_recent = 1000;
        t.ts_recent_at = now();
        t.last_ack_sent = t.rcv_nxt;
    }
    Segment stamped(u32 value, u32 seq = 0) {
        Segment s = carrying(seq, 0);
        stamp(s, tcp_timestamp(t, now()));
        s.options.ts_value = value;
        return s;
    }
    bool accepts(Segment s) { return tcp_check_sequence(t, s, now()); }
};

TEST_F(Timestamps, AnOlderOneIsNoSignOfLife) {
    t.probes = 1;
    Segment s = stamped(999, 0u - 1);
    s.ack = t.snd_nxt;
    EXPECT_FALSE(accepts(std::move(s)));
    EXPECT_EQ(t.probes, 1u);
    Segment fresh = stamped(1000, 0u - 1);
    fresh.ack = t.snd_nxt;
    EXPECT_FALSE(accepts(std::move(fresh)));
    EXPECT_EQ(t.probes, 0u);
}

TEST_F(Timestamps, AnOlderOneIsRefused) {
    EXPECT_FALSE(accepts(stamped(999)));
    EXPECT_EQ(count(Stat::tcp_paws_dropped), 1u);
    EXPECT_TRUE(accepts(stamped(1000)));
    EXPECT_TRUE(accepts(stamped(1000u + 0x7fff'ffff)));
    EXPECT_FALSE(accepts(stamped(1000u + 0x8000'0000)));
    EXPECT_FALSE(accepts(carrying(0, 0))) << "has none";
    Segment reset = carrying(0, 0, TcpFlags::Rst);
    EXPECT_TRUE(accepts(std::move(reset))) << "a RST needs none";
}

TEST_F(Timestamps, AnOlderOneIsAcceptedAfterTwentyFourDays) {
    pass(Duration{seconds(24 * 86400).ns - 1});
    EXPECT_FALSE(accepts(stamped(999)));
    pass(Duration{1});
    EXPECT_TRUE(accepts(stamped(999)));
}

TEST_F(Timestamps, AnyIsAcceptedIfThePeersSynHadZero) {
    t.ts_recent = 0;
    EXPECT_TRUE(accepts(stamped(0u - 5)));
}

TEST_F(Timestamps, AnOldOneIsNoWindowProbe) {
    t.rcv_adv = t.rcv_nxt;
    Segment s = carrying(0, 1);
    stamp(s, 0);
    s.options.ts_value = 999;
    EXPECT_FALSE(accepts(std::move(s)));
}

TEST_F(Timestamps, TheEchoIsOfTheSegmentThatTheNextAckAcknowledges) {
    pass(seconds(1));
    arrives(stamped(1010));
    EXPECT_EQ(t.ts_recent, 1010u);
    EXPECT_EQ(t.ts_recent_at, now());
    arrives(stamped(1020, 1));
    EXPECT_EQ(t.ts_recent, 1010u) << "behind a gap";
}

TEST_F(TcbTest, TimestampsThatWereNotNegotiatedAreNotStored) {
    establish();
    t.last_ack_sent = t.rcv_nxt;
    Segment s = carrying(0, 0);
    stamp(s, 0);
    arrives(std::move(s));
    EXPECT_EQ(t.ts_recent, 0u);
}

// --- RST (RFC 5961 section 3)

TEST_F(Acceptable, ARstAtRcvNxtEndsTheConnection) {
    Segment s = carrying(0, 0, TcpFlags::Rst);
    s.ack = at(500);
    const u64 before = count(Stat::tcp_connections_reset);
    arrives(std::move(s));
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_EQ(t.error, Errno::ConnReset);
    EXPECT_EQ(count(Stat::tcp_connections_reset), before + 1);
}

TEST_F(Acceptable, ARstElsewhereInTheWindowIsChallengedAndChangesNothing) {
    Segment s = carrying(1, 0, TcpFlags::Rst);
    s.ack = at(500);
    t.probes = 3;
    arrives(std::move(s));
    EXPECT_EQ(t.state, TcpState::Established);
    EXPECT_EQ(t.challenges, 1);
    EXPECT_EQ(t.snd_una, at(0));
    EXPECT_EQ(t.probes, 3);
}

TEST_F(Acceptable, ARstAfterBothSidesHaveClosedIsNoError) {
    for (const TcpState s : {TcpState::Closing, TcpState::LastAck}) {
        t.state = s;
        t.error = Errno::None;
        arrives(carrying(0, 0, TcpFlags::Rst));
        EXPECT_EQ(t.state, TcpState::Closed);
        EXPECT_EQ(t.error, Errno::None);
    }
    for (const TcpState s : {TcpState::CloseWait, TcpState::FinWait2}) {
        t.state = s;
        t.error = Errno::None;
        arrives(carrying(0, 0, TcpFlags::Rst));
        EXPECT_EQ(t.error, Errno::ConnReset);
    }
}

// --- SYN (RFC 5961 section 4)

TEST_F(Acceptable, ASynInTheWindowIsChallengedAndChangesNothing) {
    Segment s = carrying(0, 0, TcpFlags::Syn);
    s.ack = at(500);
    t.probes = 3;
    arrives(std::move(s));
    EXPECT_EQ(t.state, TcpState::Established);
    EXPECT_EQ(t.challenges, 1);
    EXPECT_TRUE(t.refused_syn);
    EXPECT_EQ(t.snd_una, at(0));
    EXPECT_EQ(t.probes, 3);
}

TEST_F(Acceptable, WhatArrivesShowsThatThePeerLives) {
    pass(seconds(3));
    t.probes = 3;
    arrives(carrying(0, 0));
    EXPECT_EQ(t.probes, 0);
    EXPECT_EQ(t.last_received, now());
}

// A blind attacker must not be able to keep a dead connection: he has to guess the ACK as for data.
TEST_F(Acceptable, OnlyAPlausibleAckShowsThatThePeerLives) {
    const auto shows_life = [this](u32 seq, Seq ack, u16 flags = TcpFlags::Ack) {
        Segment s = carrying(seq, 0);
        s.ack = ack;
        s.flags.bits = flags;
        t.probes = 3;
        arrives(std::move(s));
        return t.probes == 0;
    };
    for (const u32 seq : {0u, 0u - 1, 0u - 1'000'000}) {
        EXPECT_TRUE(shows_life(seq, t.snd_nxt)) << seq;
        EXPECT_FALSE(shows_life(seq, t.snd_nxt + 1)) << seq << ": of data never sent";
        EXPECT_TRUE(shows_life(seq, t.snd_una - t.max_snd_wnd)) << seq;
        EXPECT_FALSE(shows_life(seq, t.snd_una - t.max_snd_wnd - 1)) << seq << ": older than the window";
        EXPECT_FALSE(shows_life(seq, t.snd_nxt, 0)) << seq << ": no ACK";
        EXPECT_FALSE(shows_life(seq, t.snd_nxt, TcpFlags::Ack | TcpFlags::Syn)) << seq;
    }
    EXPECT_FALSE(shows_life(window() + 1, t.snd_nxt)) << "beyond the window";
    EXPECT_FALSE(shows_life(0u - 1, t.snd_nxt, TcpFlags::Ack | TcpFlags::Rst));
}

// A RST in the window is challenged, and its ACK means nothing.
TEST_F(Acceptable, ARstThatIsChallengedAcknowledgesNothing) {
    Segment s = carrying(1, 0, TcpFlags::Rst);
    s.ack = at(500);
    arrives(std::move(s));
    EXPECT_EQ(t.challenges, 1);
    EXPECT_EQ(t.snd_una, at(0));
}

// --- TIME-WAIT (RFC 9293 section 3.10.7.4, RFC 1337)

struct InTimeWait : Acceptable {
    InTimeWait() {
        acknowledge(segment(1000));
        tcp_close(t, now());
        acknowledge(segment(1001));
        t.state = TcpState::FinWait2;
        arrives(fin());
        EXPECT_EQ(t.state, TcpState::TimeWait);
        started = now();
        pass(seconds(10));
    }
    Segment fin(u32 seq = 0) {
        Segment s = carrying(seq, 0, TcpFlags::Fin);
        s.ack = at(1001);
        return s;
    }
    Instant started;
};

TEST_F(InTimeWait, ARepeatedFinStartsTheTimeAgain) {
    arrives(fin());
    EXPECT_EQ(t.deadline(TcpTimer::Final), now() + kTimeWait);
}

TEST_F(InTimeWait, AnOldAckDoesNot) {
    Segment s = carrying(0, 0);
    s.ack = at(1001);
    arrives(std::move(s));
    EXPECT_EQ(t.deadline(TcpTimer::Final), started + kTimeWait);
}

TEST_F(InTimeWait, ARstIsIgnored) {
    arrives(carrying(1, 0, TcpFlags::Rst));
    arrives(carrying(2, 0, TcpFlags::Rst));
    EXPECT_EQ(t.state, TcpState::TimeWait);
    EXPECT_EQ(t.challenges, 0);
}

TEST_F(InTimeWait, ARstThatAnswersOurAckOfASynEndsIt) {
    arrives(carrying(1, 0, TcpFlags::Syn));
    EXPECT_TRUE(t.refused_syn);
    const auto challenges = t.challenges;
    arrives(carrying(2, 0, TcpFlags::Rst));
    EXPECT_EQ(t.state, TcpState::TimeWait) << "not at RCV.NXT";
    EXPECT_EQ(t.challenges, challenges) << "and not answered";
    arrives(carrying(1, 0, TcpFlags::Rst));
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_EQ(t.error, Errno::None);
}

// --- SYN-RECEIVED: the peer's SYN again

struct InSynReceived : TcbTest {
    InSynReceived() {
        t.inet = stack.get();
        t.key = {kOurs, kGateway, 80, 40000};
        t.queued.open(stack->queue_budget(), 0);
        t.config.congestion = &default_congestion_control();
        Segment syn;
        syn.seq = kTheirs - 1;
        syn.flags = {TcpFlags::Syn};
        syn.window = 65000;
        tcp_open_passive(t, syn, Seq(0xffff'ff00), now());
        tcp_output(t, now());
        EXPECT_FALSE(t.retransmit_now);
    }
    bool repeats(u16 flags, u32 seq = 0u - 1) {
        t.retransmit_now = false;
        Segment s;
        s.seq = kTheirs + seq;
        s.flags = {flags};
        arrives(std::move(s));
        return std::exchange(t.retransmit_now, false);
    }
};

TEST_F(InSynReceived, ARepeatedSynSendsTheSynAckAgain) {
    EXPECT_TRUE(repeats(TcpFlags::Syn));
    EXPECT_FALSE(repeats(TcpFlags::Syn, 0)) << "another number";
    EXPECT_FALSE(repeats(0)) << "no SYN";
    EXPECT_FALSE(repeats(TcpFlags::Syn | TcpFlags::Rst));
    EXPECT_FALSE(repeats(TcpFlags::Syn | TcpFlags::Ack));
    EXPECT_EQ(t.state, TcpState::SynReceived);
}

TEST_F(InSynReceived, ARstRefusesTheConnection) {
    Segment s;
    s.seq = kTheirs;
    s.flags = {TcpFlags::Rst};
    arrives(std::move(s));
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_EQ(t.error, Errno::ConnRefused);
}

TEST_F(InSynReceived, AnAckOfSomethingElseChangesNothing) {
    Segment s = carrying(0, 10);
    s.ack = at(7);
    pass(seconds(1));
    arrives(std::move(s));
    EXPECT_EQ(t.state, TcpState::SynReceived);
    EXPECT_EQ(t.rcv_nxt, kTheirs);
    EXPECT_NE(t.last_received, now());
}

}  // namespace
