// The start of a connection, on a block: kernel/net/tcp/handshake.cc.
#include "new_mbuf.h"
#include "tcb_kit.h"

using namespace net;

namespace {

constexpr u16 kSyn = TcpFlags::Syn, kAck = TcpFlags::Ack, kRst = TcpFlags::Rst;

struct TcpOpening : TcbTest {
    TcpOpening() {
        t.inet = stack.get();
        t.key = {kOurs, kGateway, 40000, 80};
        t.queued.open(stack->queue_budget(), 0);
        t.config.congestion = &kNewReno;
    }
    void open(u32 receive_limit = 128 << 10) {
        t.config.receive_limit = receive_limit;
        tcp_open_active(t, kIss, now());
        tcp_output(t, now());
    }
    void open_passively(u16 window = 1000) {
        Segment syn = from_peer(kSyn);
        syn.window = window;
        tcp_open_passive(t, syn, kIss, now());
        tcp_output(t, now());
    }
    // What the peer sends first: a SYN, or an answer to ours.
    Segment from_peer(u16 flags, u32 ack = 0) {
        Segment s;
        s.flags = {flags};
        s.seq = kTheirs - 1;
        s.ack = kIss + ack;
        s.window = 2000;
        s.options = {.mss = 1000, .scale = 3, .has_scale = true, .sack_permitted = true};
        return s;
    }
    void hears(u16 flags, u32 ack = 0) { arrives(from_peer(flags, ack)); }
    // The ACK of our SYN-ACK.
    void hears_last_ack() {
        Segment s = carrying(0, 0);
        s.ack = kIss + 1;
        s.window = 2000;
        arrives(std::move(s));
    }
    static constexpr Seq kIss{0xffff'ff00};
};

// RFC 7323 section 2.3: the smallest shift for which 65,535 units cover the buffer.
TEST_F(TcpOpening, TheScaleCoversTheBuffer) {
    const std::pair<u32, u8> cases[] = {{1000, 0},      {65535, 0},       {65536, 1},
                                        {2 * 65535, 1}, {2 * 65536, 2},   {65535u << 13, 13},
                                        {1u << 30, 14}, {0xffff'ffff, 14}};
    for (const auto& [limit, scale] : cases) {
        open(limit);
        EXPECT_EQ(t.rcv_scale, scale) << limit;
    }
}

TEST_F(TcpOpening, ASynTakesTheFirstSequenceNumber) {
    pass(seconds(3));
    open();
    EXPECT_EQ(t.state, TcpState::SynSent);
    EXPECT_EQ(t.iss, kIss);
    EXPECT_EQ(t.snd_una, kIss);
    EXPECT_EQ(t.snd_nxt, kIss + 1);
    EXPECT_EQ(t.snd_data, kIss + 1);
    EXPECT_EQ(t.small_end, kIss);
    EXPECT_EQ(t.last_received, now());
    EXPECT_TRUE(t.timestamps && t.sack && t.scaling);
}

TEST_F(TcpOpening, TheAnswerToTheSynEstablishesTheConnection) {
    open();
    pass(milliseconds(300));
    hears(kSyn | kAck, 1);
    EXPECT_EQ(t.state, TcpState::Established);
    EXPECT_TRUE(t.was_established);
    EXPECT_EQ(t.irs, kTheirs - 1);
    EXPECT_EQ(t.rcv_nxt, kTheirs);
    EXPECT_EQ(t.last_ack_sent, kTheirs);
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(300));
    EXPECT_EQ(t.last_received, now());
    EXPECT_FALSE(t.timestamps) << "the peer has not sent them";
    EXPECT_TRUE(t.sack);
    EXPECT_EQ(t.events, kTcpEstablished | kTcpWritable);
}

// RFC 7323 section 2.2: the window of a SYN is not scaled.
TEST_F(TcpOpening, TheWindowsOfTheSynsAreNotScaled) {
    open();
    hears(kSyn | kAck, 1);
    EXPECT_EQ(t.snd_scale, 3);
    EXPECT_EQ(t.snd_wnd, 2000u);
    EXPECT_EQ(t.max_snd_wnd, 2000u);
    EXPECT_EQ(t.snd_wl1, kTheirs - 1);
    EXPECT_EQ(t.snd_wl2, kIss + 1);
    EXPECT_EQ(t.rcv_adv, kTheirs + 65535);
}

TEST_F(TcpOpening, ASmallBufferIsAdvertisedAsItIs) {
    open(10'000);
    hears(kSyn | kAck, 1);
    EXPECT_EQ(t.rcv_adv, kTheirs + 10'000);
}

TEST_F(TcpOpening, APassiveOpenTakesThePeersSyn) {
    pass(seconds(3));
    open_passively();
    EXPECT_EQ(t.state, TcpState::SynReceived);
    EXPECT_EQ(t.rcv_nxt, kTheirs);
    EXPECT_EQ(t.snd_nxt, kIss + 1);
    EXPECT_EQ(t.snd_wnd, 1000u) << "not scaled";
    EXPECT_EQ(t.max_snd_wnd, 1000u);
    EXPECT_EQ(t.last_received, now());
    EXPECT_FALSE(t.was_established);
}

TEST_F(TcpOpening, TheLastAckHasTheFirstScaledWindow) {
    open_passively(40'000);
    pass(milliseconds(200));
    hears_last_ack();
    EXPECT_EQ(t.state, TcpState::Established);
    EXPECT_EQ(t.snd_una, kIss + 1);
    EXPECT_EQ(t.snd_wnd, 2000u << 3);
    EXPECT_EQ(t.max_snd_wnd, 2000u << 3);
    EXPECT_EQ(t.snd_wl1, kTheirs);
    EXPECT_EQ(t.snd_wl2, kIss + 1);
    EXPECT_EQ(t.rtt.srtt(), milliseconds(200));
}

TEST_F(TcpOpening, AnEstablishedConnectionStartsItsRecoveryAtTheFirstByte) {
    t.config.keepalive = true;
    t.config.keepalive_idle = seconds(10);
    open();
    hears(kSyn | kAck, 1);
    EXPECT_EQ(t.cc.control, &kNewReno);
    EXPECT_EQ(t.cc.mss, 1000u);
    EXPECT_EQ(t.cc.cwnd, 10'000u);
    EXPECT_EQ(t.small_end, at(0));
    EXPECT_EQ(t.recover, at(0) - 1);
    EXPECT_EQ(t.rack.fack, at(0));
    EXPECT_EQ(t.rack.end_seq, at(0));
    EXPECT_EQ(t.deadline(TcpTimer::Keepalive), now() + seconds(10));
    EXPECT_FALSE(t.running(TcpTimer::Retransmit));
    EXPECT_FALSE(t.timing);
    EXPECT_FALSE(t.retransmit_now);
}

// RFC 9406 section 4.2: the first round begins with the first byte. Two rounds of eight ACKs, the second
// slower.
TEST_F(TcpOpening, HyStartMeasuresFromTheFirstByte) {
    open();
    hears(kSyn | kAck, 1);
    bool over = false;
    for (u32 i = 0; i < 16; i++) t.hystart.on_ack(at(i), at(i + 8), milliseconds(i < 8 ? 50 : 70), 1, over);
    EXPECT_TRUE(t.hystart.in_css());
}

TEST_F(TcpOpening, WithoutKeepaliveNoTimerRuns) {
    open();
    hears(kSyn | kAck, 1);
    for (usize i = 0; i < kTcpTimers; i++) EXPECT_EQ(t.deadlines[i], Instant::never()) << i;
}

// RFC 5681 section 3.1, and RFC 6298 section 5.7.
TEST_F(TcpOpening, AfterALostSynItStartsWithOneSegment) {
    open();
    pass(seconds(1));
    tcp_timers(t, now());
    EXPECT_EQ(t.retries, 1);
    hears(kSyn | kAck, 1);
    EXPECT_EQ(t.cc.cwnd, 1000u);
    EXPECT_EQ(t.retries, 0);
    EXPECT_EQ(tcp_rto(t), seconds(3));
}

// RFC 6298 section 3: Karn's algorithm.
TEST_F(TcpOpening, ARepeatedSynIsNotMeasured) {
    open();
    pass(seconds(1));
    tcp_timers(t, now());
    pass(milliseconds(10));
    hears(kSyn | kAck, 1);
    EXPECT_EQ(t.rtt.srtt(), Duration{});
}

TEST_F(TcpOpening, AConnectionClosedMeanwhileSendsItsFin) {
    open_passively();
    tcp_close(t, now());
    hears_last_ack();
    EXPECT_EQ(t.state, TcpState::FinWait1);
    EXPECT_TRUE(t.was_established);
}

// --- SYN-SENT (RFC 9293 section 3.10.7.3)

TEST_F(TcpOpening, ARstRefusesOnlyIfItAcknowledgesOurSyn) {
    open();
    hears(kRst);
    hears(kRst | kAck, 0);
    hears(kRst | kAck, 2);
    hears(kRst | kSyn);
    EXPECT_EQ(t.state, TcpState::SynSent);
    EXPECT_EQ(t.error, Errno::None);
    EXPECT_FALSE(t.running(TcpTimer::Resend));
    hears(kRst | kAck, 1);
    EXPECT_EQ(t.state, TcpState::Closed);
    EXPECT_EQ(t.error, Errno::ConnRefused);
}

TEST_F(TcpOpening, AnAckWithoutSynChangesNothing) {
    open();
    hears(kAck, 1);
    EXPECT_EQ(t.state, TcpState::SynSent);
    EXPECT_EQ(t.snd_una, kIss);
    EXPECT_EQ(t.irs, Seq());
}

// RFC 5961 section 4: the peer may have challenged our SYN, and our RST has ended its old connection.
TEST_F(TcpOpening, AWrongAckIsRefusedAndOurSynSentAgainAtOnce) {
    open();
    device.sent.clear();
    for (const u16 flags : {kAck, u16(kSyn | kAck)}) {
        pass(milliseconds(10));
        hears(flags, 77);
        EXPECT_EQ(t.state, TcpState::SynSent);
        ASSERT_EQ(device.sent.size(), 1u);
        const TcpHeader h = SentIp(device.take_sent()).tcp();
        EXPECT_EQ(h.flags().bits, kRst);
        EXPECT_EQ(u32{h.seq}, (kIss + 77).value());
        EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now());
    }
}

TEST_F(TcpOpening, AfterATimeoutAWrongAckDoesNotHastenOurSyn) {
    open();
    pass(seconds(1));
    tcp_timers(t, now());
    const Instant due = t.deadline(TcpTimer::Retransmit);
    hears(kAck, 77);
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), due);
}

TEST_F(TcpOpening, BothSidesMayOpen) {
    open();
    hears(kSyn);
    EXPECT_EQ(t.state, TcpState::SynReceived);
    EXPECT_TRUE(t.retransmit_now) << "our SYN, now with an ACK";
    EXPECT_TRUE(t.ack_now);
    EXPECT_EQ(t.rcv_nxt, kTheirs);
    EXPECT_EQ(t.snd_una, kIss);
    hears_last_ack();
    EXPECT_EQ(t.state, TcpState::Established);
    EXPECT_FALSE(t.retransmit_now) << "the ACK shows that it was received";
}

// RFC 7413 is not in use, but RFC 9293 allows data in a SYN.
TEST_F(TcpOpening, DataAndAFinMayComeWithTheAnswer) {
    open();
    Segment s = from_peer(kSyn | kAck | TcpFlags::Fin, 1);
    s.length = 10;
    s.data = new_mbuf(0);
    s.data->put(10);
    arrives(std::move(s));
    EXPECT_EQ(t.receive.bytes(), 10u);
    EXPECT_EQ(t.state, TcpState::CloseWait);
    EXPECT_EQ(t.rcv_nxt, kTheirs + 11);
}

// --- SYN-RECEIVED

TEST_F(TcpOpening, AnAckOfAnotherSynAckIsRefused) {
    for (const u32 ack : {0u, 2u}) {
        open_passively();
        device.sent.clear();
        Segment s = carrying(0, 10);
        s.ack = kIss + ack;
        arrives(std::move(s));
        EXPECT_EQ(t.state, TcpState::SynReceived);
        EXPECT_EQ(t.receive.bytes(), 0u);
        ASSERT_EQ(device.sent.size(), 1u);
        EXPECT_EQ(SentIp(device.take_sent()).tcp().flags().bits, kRst);
    }
}

}  // namespace
