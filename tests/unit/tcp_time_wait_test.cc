// How a compact TIME-WAIT entry answers: kernel/net/tcp/tcp_in.cc.
#include "net/tcp/connection.h"
#include "net/tcp/engine.h"
#include "net/tcp/tcp.h"
#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

constexpr u16 kSyn = TcpFlags::Syn, kAck = TcpFlags::Ack, kFin = TcpFlags::Fin, kRst = TcpFlags::Rst;
constexpr Seq kSndNxt{1000};
constexpr u32 kRcvNxt = 5000;

struct TcpTimeWaitEntry : NetTest {
    TcpTimeWaitEntry() {
        introduce(kGateway, kGatewayMac);
        TcpConfig config;
        config.congestion = &default_congestion_control();
        const Ref<TcpConnection> c = value_of(tcp().connect(kKey, config));
        isn = Seq(SentIp(device.take_sent()).tcp().seq);
        entry = tcp().new_time_wait();
        EXPECT_NE(entry, nullptr);
        entry->snd_nxt = kSndNxt, entry->rcv_nxt = Seq(kRcvNxt);
        entry->window = 77;
        entry->since = platform::now();
        entry->until = first_expiry = platform::now() + seconds(60);
        EXPECT_TRUE(tcp().table().retire(*c, *entry));
        c->drop_ref();
        c->abort(Errno::None, platform::now());
    }
    Tcp& tcp() { return stack->tcp(); }
    void receive(u16 flags, u32 seq, const Packet& data = {}) {
        const TcpFields f{
            .src_port = 80, .dst_port = 5000, .seq = seq, .ack = kSndNxt.value(), .flags = flags};
        receive_ip(packets::tcp_packet({kGateway, kOurs, f, 0}, data));
    }
    bool answers(u16 flags, u32 seq, const Packet& data = {}) {
        receive(flags, seq, data);
        const bool any = !device.sent.empty();
        device.sent.clear();
        return any;
    }
    bool is_there() { return tcp().table().find(kKey).time_wait; }
    // Is the timeout of 2 MSL the first one?
    bool was_restarted() {
        Instant next;
        TcpTimeWait* expired = tcp().table().expired_time_wait(first_expiry, next);
        if (expired) tcp().free_time_wait(*expired);
        return !expired;
    }

    static constexpr TcpKey kKey{kOurs, kGateway, 5000, 80};
    TcpTimeWait* entry = nullptr;
    Seq isn;
    Instant first_expiry{};
};

TEST_F(TcpTimeWaitEntry, AnswersWithItsNumbers) {
    const u64 out = count(Stat::tcp_out);
    receive(kAck, 4000, packets::text("old"));
    const SentIp f(device.take_sent());
    EXPECT_EQ(f.tcp().flags().bits, kAck);
    EXPECT_EQ(Seq(f.tcp().seq), kSndNxt);
    EXPECT_EQ(f.tcp().ack, kRcvNxt);
    EXPECT_EQ(f.tcp().window, 77);
    EXPECT_EQ(f.payload.size(), sizeof(TcpHeader));
    EXPECT_EQ(count(Stat::tcp_out), out + 1);
}

TEST_F(TcpTimeWaitEntry, AnswersWithItsTimestamps) {
    entry->timestamps = true;
    entry->ts_offset = 9, entry->ts_recent = 33;
    fake::world().now = Instant{1'234'000'000};
    receive(kAck, 4000, packets::text("old"));
    const SentIp f(device.take_sent());
    const Packet options(f.payload.begin() + sizeof(TcpHeader), f.payload.end());
    EXPECT_EQ(options, Packet({1, 1, 8, 10, 0, 0, 1243 >> 8, 1243 & 255, 0, 0, 0, 33}));
}

TEST_F(TcpTimeWaitEntry, ALateAckNeedsNoAnswer) {
    EXPECT_FALSE(answers(kAck, kRcvNxt));
    EXPECT_TRUE(answers(kAck, kRcvNxt - 1)) << "an old number";
    EXPECT_TRUE(answers(kAck, kRcvNxt, packets::text("x"))) << "data";
}

// RFC 9293 section 3.10.7.4, the eighth step.
TEST_F(TcpTimeWaitEntry, ARepeatedFinRestartsTheTimeout) {
    fake::world().now = platform::now() + seconds(10);
    EXPECT_TRUE(answers(kFin | kAck, kRcvNxt - 1));
    EXPECT_TRUE(was_restarted());
}

TEST_F(TcpTimeWaitEntry, OtherSegmentsDoNot) {
    fake::world().now = platform::now() + seconds(10);
    EXPECT_TRUE(answers(kFin | kAck, kRcvNxt));
    EXPECT_TRUE(answers(kAck, kRcvNxt - 1, packets::text("x")));
    EXPECT_FALSE(was_restarted());
}

// RFC 1337; and RFC 9293 section 3.5.1 after a SYN was answered with an ACK.
TEST_F(TcpTimeWaitEntry, AResetEndsItOnlyAfterASyn) {
    EXPECT_FALSE(answers(kRst, kRcvNxt));
    EXPECT_TRUE(is_there());
    EXPECT_TRUE(answers(kSyn, kRcvNxt - 100));
    EXPECT_FALSE(answers(kRst, kRcvNxt + 1));
    EXPECT_TRUE(is_there()) << "another number";
    EXPECT_EQ(count(Stat::tcp_reset_in), 2u);
    EXPECT_FALSE(answers(kRst, kRcvNxt));
    EXPECT_FALSE(is_there());
}

// --- a new incarnation (RFC 6191)

TEST_F(TcpTimeWaitEntry, OnlyASynAloneStartsANewIncarnation) {
    const auto starts = [](u16 flags) {
        Segment s;
        s.flags = {flags};
        s.seq = Seq(kRcvNxt + 1);
        return tcp_is_new_incarnation(s, Seq(kRcvNxt), false, 0);
    };
    EXPECT_TRUE(starts(kSyn));
    for (const int flags : {0, kSyn | kAck, kSyn | kRst, kSyn | kFin, int{kAck}})
        EXPECT_FALSE(starts(static_cast<u16>(flags))) << flags;
}

struct TcpReopened : TcpTimeWaitEntry {
    TcpReopened() { EXPECT_TRUE(tcp().ports().claim(binding).ok()); }
    ~TcpReopened() override { tcp().ports().release(binding); }
    // The sequence number of our SYN-ACK; the program listens.
    Seq new_isn() {
        TcpConfig config;
        config.congestion = &default_congestion_control();
        const Ref<TcpListener> l = value_of(tcp().listen(binding, config, 4));
        receive(kSyn, kRcvNxt + 1);
        const SentIp f(device.take_sent());
        EXPECT_EQ(f.tcp().flags().bits, kSyn | kAck);
        EXPECT_EQ(count(Stat::tcp_time_wait_reused), 1u);
        EXPECT_FALSE(is_there());
        return Seq(f.tcp().seq);
    }
    TcpBinding binding{.addr = {}, .port = 5000};
};

TEST_F(TcpReopened, BeginsAboveTheOldNumbers) {
    entry->snd_nxt = isn + 10'000'000;
    EXPECT_EQ(new_isn(), isn + 10'065'536);
}

TEST_F(TcpReopened, OrWhereANewConnectionWould) {
    entry->snd_nxt = isn - 10'000'000;
    EXPECT_EQ(new_isn(), isn);
}

TEST_F(TcpReopened, NeedsAListener) {
    EXPECT_TRUE(answers(kSyn, kRcvNxt + 1));
    EXPECT_TRUE(is_there());
}

}  // namespace
