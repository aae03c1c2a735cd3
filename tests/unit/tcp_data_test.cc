// Data in both directions: acknowledgments, order, Nagle, window limits.
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

struct TcpData : TcpPeerTest {
    void no_delay() { EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_NODELAY, as_option(1)).ok()); }
};

// The send queues of all connections are full: a write waits, and still times out.
TEST_F(TcpData, AWriteThatWaitsForOthersLosesPatienceToo) {
    accept_one();
    const sock_timeval patience{0, 500'000};
    EXPECT_TRUE(
        program->set_option(SOL_SOCKET, SO_SNDTIMEO, {reinterpret_cast<const u8*>(&patience), 16}).ok());
    EXPECT_OK(send(100));
    MbufAccount others;
    others.open(stack->tcp().send_budget(), 0);
    others.take_anyway(Tcp::kMaxSendMbufs);
    int waits = 0;
    fake::world().on_wait = [&]() -> Result<> {
        if (++waits > 1000) return Errno::Intr;
        fake::world().now = fake::world().now + milliseconds(10);
        return Errno::TimedOut;
    };
    EXPECT_ERROR(send(2000, 0), Again);
    others.give(Tcp::kMaxSendMbufs);
    fake::world().on_wait = {};
    device.sent.clear();
}

// --- receiving

TEST_F(TcpData, ReadsWhatCame) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("hello ")});
    say({.seq = 7, .ack = 1, .data = text("world")});
    EXPECT_EQ(as_text(receive(3).data), "hel");
    EXPECT_EQ(as_text(receive().data), "lo world");
    EXPECT_EQ(receive().error, Errno::Again);
}

TEST_F(TcpData, DelaysTheAckOfASmallSegment) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    EXPECT_TRUE(silence());
    pass(milliseconds(39));
    EXPECT_TRUE(silence());
    pass(milliseconds(2));
    HEARS(kAck, 1, 4);
    pass(seconds(1));
    EXPECT_TRUE(silence());
}

TEST_F(TcpData, AcksEverySecondFullSegmentAtOnce) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = filled(1460)});
    EXPECT_TRUE(silence());
    say({.seq = 1461, .ack = 1, .data = filled(1460)});
    HEARS(kAck, 1, 2921);
}

TEST_F(TcpData, AnAnswerCarriesTheAck) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("ping")});
    EXPECT_OK(send(4));
    HEARS(kAck, 1, 5, 4);
    pass(milliseconds(100));
    EXPECT_TRUE(silence());
}

TEST_F(TcpData, PutsTogetherWhatComesOutOfOrder) {
    accept_one();
    say({.seq = 4, .ack = 1, .data = text("def")});
    HEARS(kAck, 1, 1) << "an immediate duplicate ACK";
    say({.seq = 8, .ack = 1, .data = text("hi")});
    HEARS(kAck, 1, 1);
    EXPECT_EQ(receive().error, Errno::Again);
    say({.seq = 1, .ack = 1, .data = text("abc")});
    HEARS(kAck, 1, 7) << "an immediate ACK for a filled gap";
    EXPECT_EQ(as_text(receive().data), "abcdef");
    say({.seq = 7, .ack = 1, .data = text("g")});
    HEARS(kAck, 1, 10);
    EXPECT_EQ(as_text(receive().data), "ghi");
}

TEST_F(TcpData, OverlapsKeepWhatCameFirst) {
    accept_one();
    say({.seq = 5, .ack = 1, .data = text("EFGH")});
    say({.seq = 3, .ack = 1, .data = text("cdef")});
    say({.seq = 7, .ack = 1, .data = text("ghijk")});
    say({.seq = 6, .ack = 1, .data = text("f")});
    device.sent.clear();
    say({.seq = 1, .ack = 1, .data = text("abcde")});
    EXPECT_EQ(as_text(receive().data), "abcdeFGHijk");
    HEARS(kAck, 1, 12);
}

TEST_F(TcpData, SackTellsWhatIsHeld) {
    accept_one({.flags = kSyn, .mss = 1460, .sack_ok = true});
    using Blocks = std::vector<std::pair<u32, u32>>;
    say({.seq = 11, .ack = 1, .data = filled(10)});
    EXPECT_EQ(hear().sacks, (Blocks{{11, 21}}));
    say({.seq = 31, .ack = 1, .data = filled(10)});
    EXPECT_EQ(hear().sacks, (Blocks{{31, 41}, {11, 21}})) << "the newest block first";
    say({.seq = 21, .ack = 1, .data = filled(5)});
    EXPECT_EQ(hear().sacks, (Blocks{{11, 26}, {31, 41}}));
    say({.seq = 26, .ack = 1, .data = filled(5)});
    EXPECT_EQ(hear().sacks, (Blocks{{11, 41}}));
    say({.seq = 1, .ack = 1, .data = filled(10)});
    const Seg s = hear();
    EXPECT_TRUE(s.is(kAck, 1, 41));
    EXPECT_TRUE(s.sacks.empty());
}

TEST_F(TcpData, DuplicateDataIsAckedAndDropped) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    say({.seq = 1, .ack = 1, .data = text("abc")});
    HEARS(kAck, 1, 4);
    EXPECT_EQ(as_text(receive().data), "abc");
}

TEST_F(TcpData, TakesTheNewPartOfAnOldSegment) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    say({.seq = 1, .ack = 1, .data = text("abcdef")});
    EXPECT_EQ(as_text(receive().data), "abcdef");
}

TEST_F(TcpData, CutsWhatIsBeyondTheWindow) {
    listen();
    EXPECT_TRUE(listening->set_option(SOL_SOCKET, SO_RCVBUF, as_option(2048)).ok());
    listening->close();
    listening = socket();
    EXPECT_TRUE(listening->set_option(SOL_SOCKET, SO_RCVBUF, as_option(2048)).ok());
    EXPECT_TRUE(listening->bind({{}, kOurPort}).ok());
    EXPECT_TRUE(listening->listen(1).ok());
    accept_one();
    say({.seq = 1, .ack = 1, .data = filled(1460)});
    say({.seq = 1461, .ack = 1, .data = filled(1460)});
    const Seg s = hear();
    EXPECT_EQ(s.ack, 2049u);
    EXPECT_EQ(s.window, 0);
    say({.seq = 2049, .ack = 1, .data = text("x")});
    HEARS(kAck, 1, 2049) << "a probe is answered";
    EXPECT_EQ(receive(100).data.size(), 100u);
    EXPECT_TRUE(silence()) << "no window update: silly window avoidance";
    EXPECT_EQ(receive(1500).data.size(), 1500u);
    const Seg open = hear();
    EXPECT_EQ(open.ack, 2049u);
    EXPECT_EQ(open.window, 1600);
}

TEST_F(TcpData, PeekLeavesTheDataThere) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    EXPECT_EQ(as_text(receive(2, MSG_DONTWAIT | MSG_PEEK).data), "ab");
    EXPECT_EQ(as_text(receive(9, MSG_DONTWAIT | MSG_PEEK).data), "abc");
    EXPECT_EQ(as_text(receive().data), "abc");
}

TEST_F(TcpData, WaitallWaitsForAll) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    u32 seq = 4;
    fake::world().on_wait = [&]() -> Result<> {
        say({.seq = seq, .ack = 1, .data = text("xy")});
        seq += 2;
        return {};
    };
    EXPECT_EQ(as_text(receive(8, MSG_WAITALL).data), "abcxyxyx");
}

// It would see the same bytes again.
TEST_F(TcpData, APeekDoesNotWaitForAll) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    EXPECT_EQ(as_text(receive(8, MSG_PEEK | MSG_WAITALL).data), "abc");
    EXPECT_EQ(as_text(receive().data), "abc");
}

TEST_F(TcpData, AReadOfAllLetsTheNextReaderIn) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abcdef")});
    EXPECT_EQ(as_text(receive(3, MSG_WAITALL).data), "abc");
    EXPECT_EQ(as_text(receive(1).data), "d");
    fake::world().bad_until = ~uptr{0};
    EXPECT_EQ(receive(8, MSG_WAITALL).error, Errno::Fault);
    fake::world().bad_until = 0;
    EXPECT_EQ(as_text(receive().data), "ef");
}

TEST_F(TcpData, AReadMayAskForMoreThanThereCanBeAndForNothing) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    u8 room[8];
    const UserAddr to{reinterpret_cast<uptr>(room)};
    Ref<TcpConnection> c = stack->tcp().table().any();
    EXPECT_EQ(value_of(c->receive(to, usize{1} << 32, {}, {.wait = false})), 3u);
    EXPECT_EQ(value_of(c->receive(to, 0, {}, {.wait = false})), 0u);
}

TEST_F(TcpData, AReadThatFaultsTakesNothing) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    u8 nowhere[4];
    fake::world().bad_from = reinterpret_cast<uptr>(nowhere);
    fake::world().bad_until = fake::world().bad_from + 4;
    EXPECT_EQ(program->receive({reinterpret_cast<uptr>(nowhere)}, 4, MSG_DONTWAIT, nullptr).error(),
              Errno::Fault);
    EXPECT_EQ(program->send({reinterpret_cast<uptr>(nowhere)}, 4, MSG_DONTWAIT, nullptr).error(),
              Errno::Fault);
    fake::world().bad_from = fake::world().bad_until = 0;
    EXPECT_EQ(as_text(receive().data), "abc");
    EXPECT_TRUE(silence());
}

TEST_F(TcpData, ReceiveTimesOut) {
    accept_one();
    const timeval t{1, 500'000};
    EXPECT_TRUE(
        program->set_option(SOL_SOCKET, SO_RCVTIMEO, {reinterpret_cast<const u8*>(&t), sizeof t}).ok());
    const Instant begin = platform::now();
    EXPECT_EQ(receive(1, 0).error, Errno::Again);
    EXPECT_EQ((platform::now() - begin).ms(), 1500);
    program->set_receive_timeout(milliseconds(10));
    EXPECT_EQ(receive(1, 0).error, Errno::TimedOut);
    fake::world().on_wait = []() -> Result<> { return Errno::Intr; };
    EXPECT_EQ(receive(1, 0).error, Errno::Intr);
}

TEST_F(TcpData, UrgentDataAreInLine) {
    accept_one();
    say({.flags = kAck | kUrg, .seq = 1, .ack = 1, .data = text("abc")});
    EXPECT_EQ(as_text(receive().data), "abc");
    EXPECT_EQ(send(1, MSG_OOB).error(), Errno::OpNotSupp);
}

TEST_F(TcpData, ManySmallSegmentsDoNotFillMemory) {
    accept_one();
    const u64 before = mbuf_usage().in_use();
    for (u32 i = 0; i < 1000; i++) say({.seq = 1 + i, .ack = 1, .data = {u8(i)}});
    EXPECT_LE(mbuf_usage().in_use() - before, 2u);
    EXPECT_EQ(receive().data.size(), 1000u);
}

// --- sending

TEST_F(TcpData, SendsFullSegmentsWithinTheWindow) {
    accept_one({.flags = kSyn, .mss = 1000});
    EXPECT_EQ(value_of(send(3500)), 3500u);
    HEARS(kAck, 1, 1, 1000);
    HEARS(kAck, 1001, 1, 1000);
    HEARS(kAck, 2001, 1, 1000);
    const Seg last = hear();
    EXPECT_TRUE(last.is(kAck, 3001, 1, 500)) << "Minshall: full segments do not delay it";
    EXPECT_TRUE(last.flags & kPsh);
    const Packet all = filled(3500);
    EXPECT_EQ(last.data, Packet(all.begin() + 3000, all.end()));
}

TEST_F(TcpData, NagleHoldsASecondSmallSegment) {
    accept_one();
    EXPECT_OK(send(1));
    HEARS(kAck, 1, 1, 1);
    EXPECT_OK(send(1));
    EXPECT_OK(send(1));
    EXPECT_TRUE(silence());
    say({.seq = 1, .ack = 2});
    HEARS(kAck, 2, 1, 2);
}

TEST_F(TcpData, NodelayDoesNot) {
    accept_one();
    no_delay();
    EXPECT_OK(send(1));
    EXPECT_OK(send(1));
    HEARS(kAck, 1, 1, 1);
    HEARS(kAck, 2, 1, 1);
}

TEST_F(TcpData, CorkHoldsUntilPulled) {
    accept_one();
    EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_CORK, as_option(1)).ok());
    EXPECT_OK(send(100));
    EXPECT_TRUE(silence());
    EXPECT_OK(send(1400));
    HEARS(kAck, 1, 1, 1460);
    EXPECT_TRUE(silence());
    EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_CORK, as_option(0)).ok());
    HEARS(kAck, 1461, 1, 40);
}

TEST_F(TcpData, StartsWithTenSegments) {
    accept_one();
    EXPECT_EQ(value_of(send(40'000)), 40'000u);
    EXPECT_EQ(hear_all().size(), 10u);
    EXPECT_EQ(info().tcpi_snd_cwnd, 14600u);
    say({.seq = 1, .ack = 2921});
    EXPECT_EQ(hear_all().size(), 4u) << "slow start: two for the two acknowledged, and two more";
}

TEST_F(TcpData, StopsAtThePeersWindow) {
    accept_one({.flags = kSyn, .window = 2000, .mss = 1000});
    say({.seq = 1, .ack = 1, .window = 2000});
    EXPECT_OK(send(5000));
    EXPECT_EQ(hear_all().size(), 2u);
    say({.seq = 1, .ack = 2001, .window = 2500});
    EXPECT_EQ(hear_all().size(), 2u) << "no segment of 500";
    say({.seq = 1, .ack = 4001, .window = 2500});
    HEARS(kAck, 4001, 1, 1000);
}

TEST_F(TcpData, ScalesWindows) {
    accept_one({.flags = kSyn, .window = 1000, .mss = 1000, .scale = 4});
    EXPECT_EQ(info().tcpi_snd_wnd, 65535u << 4) << "from the ACK, scaled";
    say({.seq = 1, .ack = 1, .window = 10});
    EXPECT_EQ(info().tcpi_snd_wnd, 160u);
}

TEST_F(TcpData, ABlockedWriterGoesOnWhenThereIsRoom) {
    accept_one();
    EXPECT_TRUE(program->set_option(SOL_SOCKET, SO_SNDBUF, as_option(4096)).ok());
    EXPECT_EQ(value_of(send(10'000)), 4096u) << "as much as fits";
    EXPECT_EQ(send(1).error(), Errno::Again);
    u32 acked = 0;
    fake::world().on_wait = [&]() -> Result<> {
        for (const Seg& s : hear_all()) acked = s.seq + static_cast<u32>(s.data.size());
        say({.seq = 1, .ack = acked});
        pass(milliseconds(1));
        return {};
    };
    EXPECT_EQ(value_of(send(20'000, 0)), 20'000u);
    device.sent.clear();
}

TEST_F(TcpData, AFullRingOnlyDelays) {
    accept_one();
    device.room = 1;
    EXPECT_OK(send(5000));
    HEARS(kAck, 1, 1, 1460);
    EXPECT_TRUE(silence());
    device.room = -1;
    pass(milliseconds(10));
    HEARS(kAck, 1461, 1, 1460);
    HEARS(kAck, 2921, 1, 1460);
    EXPECT_EQ(count(Stat::tcp_retransmits), 0u);
    device.sent.clear();
}

}  // namespace
