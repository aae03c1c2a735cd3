// How one segment is built and what the block notes of it: kernel/net/tcp/segment_out.cc.
#include "new_mbuf.h"
#include "tcb_output_kit.h"

using namespace net;

namespace {

constexpr u16 kAck = TcpFlags::Ack;
constexpr u32 kAllOffloads = NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments;

struct TcpSegmentOut : TcbOutputTest {
    explicit TcpSegmentOut(u32 device_features = 0) : TcbOutputTest(device_features) { open(); }
    bool transmit(u32 seq, u32 n) { return tcp_transmit(t, {at(seq), n, kAck}, now()); }
};

// --- the window to advertise (RFC 1122 section 4.2.3.3)

struct AdvertisedWindow : TcpSegmentOut {
    AdvertisedWindow() { t.receive_mss = 1000; }
    // The buffer holds `held` of `size` bytes, and the peer knows a window of `known`.
    u32 window(u32 size, u32 held, u32 known) {
        t.config.receive_limit = size;
        t.rcv_adv = t.rcv_nxt + known;
        t.receive.clear(t.queued);
        while (held > 0) {
            const u32 n = std::min(held, 1500u);
            MbufPtr m = new_mbuf();
            m->put(n);
            t.queued.take_anyway(1);
            t.receive.push(std::move(m));
            held -= n;
        }
        return tcp_window(t);
    }
};

TEST_F(AdvertisedWindow, OpensByASegmentOrMore) {
    EXPECT_EQ(window(10'000, 0, 0), 10'000u);
    EXPECT_EQ(window(10'000, 9001, 0), 0u);
    EXPECT_EQ(window(10'000, 9000, 0), 1000u);
    EXPECT_EQ(window(10'000, 4001, 5000), 5000u);
    EXPECT_EQ(window(10'000, 4000, 5000), 6000u);
}

TEST_F(AdvertisedWindow, OpensByHalfOfASmallBuffer) {
    EXPECT_EQ(window(1000, 501, 0), 0u);
    EXPECT_EQ(window(1000, 500, 0), 500u);
}

TEST_F(AdvertisedWindow, NeverShrinks) {
    EXPECT_EQ(window(10'000, 9000, 5000), 5000u);
    EXPECT_EQ(window(1000, 3000, 0), 0u) << "the program has made the buffer smaller";
}

TEST_F(AdvertisedWindow, IsNoLargerThanTheFieldCanSay) {
    EXPECT_EQ(window(1'000'000, 0, 0), 65'535u);
    t.rcv_scale = 4;
    EXPECT_EQ(window(2'000'000, 0, 0), 65'535u * 16);
    t.rcv_scale = 0;
}

TEST_F(AdvertisedWindow, IsRoundedDown) {
    t.rcv_scale = 4;
    EXPECT_EQ(window(10'015, 0, 0), 10'015u);
    tcp_send_ack(t, now());
    EXPECT_EQ(only_sent().window, 625);
    EXPECT_EQ(t.rcv_adv, t.rcv_nxt + 10'000);
    t.rcv_nxt += 5;
    tcp_send_ack(t, now());
    EXPECT_EQ(only_sent().window, 624);
    EXPECT_EQ(t.rcv_adv, t.rcv_nxt + 9995) << "the right edge does not go back";
}

// RFC 7323 section 2.2.
TEST_F(AdvertisedWindow, OfASynIsNotScaled) {
    t.rcv_scale = 4;
    EXPECT_EQ(window(50'000, 0, 0), 50'000u);
    EXPECT_TRUE(tcp_transmit(t, {at(0), 0, TcpFlags::Syn | kAck}, now()));
    EXPECT_EQ(only_sent().window, 50'000);
    EXPECT_EQ(t.rcv_adv, t.rcv_nxt + 50'000);
    EXPECT_EQ(window(100'000, 0, 0), 100'000u);
    EXPECT_TRUE(tcp_transmit(t, {at(0), 0, TcpFlags::Syn | kAck}, now()));
    EXPECT_EQ(only_sent().window, 65'535);
}

// --- what the device does, and what is copied

struct TcpSegmentOffload : TcpSegmentOut {
    TcpSegmentOffload() : TcpSegmentOut(kAllOffloads) {}
    // The mbuf that the device gets for a write.
    MbufPtr passed(u32 n) {
        queue(n);
        forget();
        EXPECT_TRUE(transmit(t.snd_nxt.since(at(0)), n));
        device.sent.clear();
        EXPECT_FALSE(device.kept.empty());
        return device.kept.pop_head();
    }
};

TEST_F(TcpSegmentOffload, ShortDataAreCopied) {
    const MbufPtr m = passed(256);
    EXPECT_EQ(m->fragment_count(), 0u);
    EXPECT_EQ(m->offload(), Offload::None) << "the copy's checksum costs little";
}

TEST_F(TcpSegmentOffload, LongerDataAreNot) {
    const MbufPtr m = passed(257);
    EXPECT_EQ(m->fragment_count(), 1u);
    EXPECT_EQ(m->offload(), Offload::TcpChecksum);
}

TEST_F(TcpSegmentOffload, DataToSplitAreNeverCopied) {
    tcp_set_mss(t, 100);
    EXPECT_EQ(passed(100)->fragment_count(), 0u);
    const MbufPtr m = passed(150);
    EXPECT_EQ(m->fragment_count(), 1u);
    EXPECT_EQ(m->offload(), Offload::TcpSegments);
    EXPECT_EQ(m->segment_size(), 100u);
}

TEST_F(TcpSegmentOffload, AFullSegmentIsNotSplit) {
    EXPECT_EQ(passed(1000)->offload(), Offload::TcpChecksum);
}

TEST_F(TcpSegmentOffload, OnlyWhatTheDeviceCanDoIsLeftToIt) {
    t.features = 0;
    EXPECT_EQ(passed(1000)->fragment_count(), 0u);
    t.features = NetDevice::kGather;
    EXPECT_EQ(passed(1000)->offload(), Offload::None);
}

// Mbufs of odd lengths: the checksum of a fragment depends on where it starts.
TEST_F(TcpSegmentOffload, TheChecksumCoversOddFragments) {
    t.features = NetDevice::kGather;
    MbufQueue odd;
    for (const u32 n : {1501, 1499}) {
        MbufPtr m = new_mbuf(0);
        u8* data = m->put(n);
        for (u32 i = 0; i < n; i++) data[i] = static_cast<u8>(i * 7);
        odd.push_tail(std::move(m));
    }
    t.send.append(odd);
    output();
    EXPECT_EQ(sent().size(), 3u) << "with correct checksums";
}

// --- the header

TEST_F(TcpSegmentOut, APureAckIsWithinTheWindow) {
    write(2000);
    forget();
    t.snd_wnd = 500;
    tcp_send_ack(t, now());
    EXPECT_TRUE(only_sent().is(500, 0));
    t.snd_wnd = 3000;
    tcp_send_ack(t, now());
    EXPECT_TRUE(only_sent().is(2000, 0));
}

// RFC 9293 section 3.10.7: SEG.ACK is the sequence number; RCV.NXT says nothing about that peer.
TEST_F(TcpSegmentOut, AResetOfAnotherConnectionHasNoAckAndNoOptions) {
    t.timestamps = true;
    tcp_refuse_ack(t, at(7777), now());
    const SentIp f(device.take_sent());
    EXPECT_EQ(Seq(f.tcp().seq), at(7777));
    EXPECT_EQ(f.tcp().ack, 0u);
    EXPECT_EQ(f.tcp().flags().bits, TcpFlags::Rst);
    EXPECT_EQ(f.tcp().urgent, 0);
    EXPECT_EQ(f.payload.size(), sizeof(TcpHeader));
    EXPECT_EQ(count(Stat::tcp_reset_out), 1u);
}

TEST_F(TcpSegmentOut, AResetOfThisOneHasBoth) {
    t.timestamps = true;
    write(10);
    forget();
    tcp_send_reset(t, now());
    const SentIp f(device.take_sent());
    EXPECT_EQ(Seq(f.tcp().seq), at(10));
    EXPECT_EQ(Seq(f.tcp().ack), t.rcv_nxt);
    EXPECT_EQ(f.tcp().flags().bits, TcpFlags::Rst | kAck);
    EXPECT_EQ(f.payload.size(), sizeof(TcpHeader) + 12);
    EXPECT_EQ(count(Stat::tcp_reset_out), 1u);
}

// RFC 7323 section 5: the peer drops a segment with an older timestamp.
TEST_F(TcpSegmentOut, TimestampsNeverDecrease) {
    const Instant later = now() + seconds(1);
    tcp_send_ack(t, later);
    tcp_send_ack(t, now());
    EXPECT_EQ(t.last_timestamp_at, later);
    tcp_send_ack(t, later + seconds(1));
    EXPECT_EQ(t.last_timestamp_at, later + seconds(1));
}

TEST_F(TcpSegmentOut, RoutersMayFragmentIfTheyMust) {
    tcp_send_ack(t, now());
    t.may_fragment = true;
    tcp_send_ack(t, now());
    EXPECT_TRUE(SentIp(device.take_sent()).ip.dont_fragment());
    EXPECT_FALSE(SentIp(device.take_sent()).ip.dont_fragment());
}

// --- what is noted of a segment

TEST_F(TcpSegmentOut, EachSegmentAcknowledgesAll) {
    arrives(carrying(0, 10));
    tcp_note_duplicate(t, {kTheirs, kTheirs + 5});
    EXPECT_TRUE(t.running(TcpTimer::DelayedAck));
    write(10);
    EXPECT_FALSE(t.ack_now);
    EXPECT_FALSE(t.has_duplicate);
    EXPECT_FALSE(t.running(TcpTimer::DelayedAck));
    EXPECT_EQ(t.last_ack_sent, t.rcv_nxt);
}

TEST_F(TcpSegmentOut, AnAckIsNotData) {
    const Instant before = t.last_sent;
    const u64 out = count(Stat::tcp_out);
    pass(seconds(1));
    tcp_send_ack(t, now());
    EXPECT_EQ(count(Stat::tcp_out), out + 1);
    EXPECT_EQ(t.last_sent, before);
    EXPECT_FALSE(t.timing);
    EXPECT_FALSE(t.running(TcpTimer::Retransmit));
}

TEST_F(TcpSegmentOut, NewDataAreCountedAndTimed) {
    t.prr.out = 0;
    write(1500);
    EXPECT_EQ(t.bytes_sent, 1500u);
    EXPECT_EQ(t.prr.out, 1500u);
    EXPECT_EQ(t.last_sent, now());
    EXPECT_TRUE(t.timing);
    EXPECT_EQ(t.timed_end, at(1000)) << "one segment at a time";
    EXPECT_EQ(t.timed_at, now());
    EXPECT_EQ(t.scoreboard.end(), at(1500));
    EXPECT_EQ(t.retransmits, 0u);
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now() + tcp_rto(t));
}

// Karn's algorithm: the ACK could be for either copy.
TEST_F(TcpSegmentOut, RetransmittedDataAreNotTimed) {
    write(1000);
    EXPECT_TRUE(transmit(0, 1000));
    EXPECT_FALSE(t.timing);
    EXPECT_EQ(t.retransmits, 1u);
    EXPECT_EQ(count(Stat::tcp_retransmits), 1u);
    EXPECT_EQ(t.bytes_sent, 1000u);
    EXPECT_EQ(t.snd_nxt, at(1000));
}

// For the undo of a recovery that was not necessary.
TEST_F(TcpSegmentOut, OnlyTheOldPartOfASegmentIsARetransmission) {
    write(1500);
    queue(1000);
    t.undo.possible = true;
    EXPECT_TRUE(transmit(1000, 1000));
    EXPECT_EQ(t.undo.unconfirmed, 500u);
    EXPECT_EQ(t.snd_nxt, at(2000));
}

TEST_F(TcpSegmentOut, ARetransmissionOfTheOldestRestartsTheTimerInRecovery) {
    write(2000);
    const Instant due = t.deadline(TcpTimer::Retransmit);
    pass(milliseconds(1));
    EXPECT_TRUE(transmit(0, 1000));
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), due) << "it is no recovery";
    t.recovering = true;
    EXPECT_TRUE(transmit(1000, 1000));
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), due) << "it is not the oldest";
    EXPECT_TRUE(transmit(0, 1000));
    EXPECT_EQ(t.deadline(TcpTimer::Retransmit), now() + tcp_rto(t));
}

TEST_F(TcpSegmentOut, ATailLossProbeIsPlanned) {
    t.rtt = {};
    t.rtt.sample(milliseconds(10));
    write(2000);
    EXPECT_TRUE(t.running(TcpTimer::Rack));
}

TEST_F(TcpSegmentOut, AWindowProbeStartsNoOtherTimer) {
    queue(10);
    t.set(TcpTimer::Persist, now() + seconds(1));
    EXPECT_TRUE(transmit(0, 1));
    EXPECT_FALSE(t.running(TcpTimer::Retransmit));
    EXPECT_FALSE(t.running(TcpTimer::Rack));
}

// --- failures

TEST_F(TcpSegmentOut, ADeadLinkIsLikeALoss) {
    device.up = false;
    write(10);
    EXPECT_EQ(t.flight(), 10u);
    EXPECT_NE(t.soft_error, Errno::None);
    EXPECT_TRUE(t.running(TcpTimer::Retransmit));
    EXPECT_FALSE(t.running(TcpTimer::Resend));
}

TEST_F(TcpSegmentOut, WithoutMemoryItIsTriedAgain) {
    queue(10);
    fake::world().fail_at = 1;
    EXPECT_FALSE(transmit(0, 10));
    EXPECT_EQ(count(Stat::no_mbuf), 1u);
    EXPECT_EQ(t.flight(), 0u);
}

TEST_F(TcpSegmentOut, WithoutMemoryOutputTriesAgainSoon) {
    queue(10);
    fake::world().fail_at = 1;
    output();
    EXPECT_EQ(t.flight(), 0u);
    EXPECT_EQ(t.deadline(TcpTimer::Resend), now() + kResendDelay);
}

// It says nothing about the path: the program must not get it as the connection's error.
TEST_F(TcpSegmentOut, WithoutMemoryForTheNeighbourItIsTriedAgain) {
    queue(10);
    t.key.remote = kPeer;
    interface->arp().flush();
    fake::world().fail_at = 2;  // the first is the mbuf
    EXPECT_FALSE(transmit(0, 10));
    EXPECT_EQ(t.soft_error, Errno::None);
    EXPECT_EQ(t.flight(), 0u);
}

TEST_F(TcpSegmentOut, ASegmentThatIsTooLongNowIsBuiltAgain) {
    tcp_set_mss(t, 1460);
    queue(1460);
    stack->path_mtus().learn(kGateway, 1000, 1500, now());
    EXPECT_FALSE(transmit(0, 1460));
    EXPECT_EQ(t.mss, 960);
    EXPECT_TRUE(transmit(0, 960));
}

// --- challenge ACKs (RFC 5961 section 7)

TEST_F(TcpSegmentOut, TenChallengesInFiveSeconds) {
    pass(seconds(10));
    for (int i = 0; i < 11; i++) tcp_challenge(t, now());
    EXPECT_EQ(sent().size(), 10u);
    EXPECT_EQ(count(Stat::tcp_challenges_out), 10u);
    EXPECT_EQ(count(Stat::tcp_challenges_limited), 1u);
    pass(milliseconds(4999));
    tcp_challenge(t, now());
    EXPECT_EQ(sent().size(), 0u);
    pass(milliseconds(1));
    for (int i = 0; i < 11; i++) tcp_challenge(t, now());
    EXPECT_EQ(sent().size(), 10u);
}

}  // namespace
