// Closing in every order, resets, TIME-WAIT and new connections after it.
#include "abi/poll.h"
#include "tcp_peer.h"

using namespace net;
using packets::text;

namespace {

struct TcpClose : TcpPeerTest {
    u32 time_waits() { return stack->tcp().table().time_waits(); }
    bool gone() { return state() == TcpState::Closed && time_waits() == 0; }
    void to_time_wait() {
        close();
        HEARS(kFin | kAck, 1, 1);
        say({.seq = 1, .ack = 2});
        say({.flags = kFin | kAck, .seq = 1, .ack = 2});
        HEARS(kAck, 2, 2);
    }
};

TEST_F(TcpClose, WeCloseFirst) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    EXPECT_EQ(state(), TcpState::FinWait1);
    say({.seq = 1, .ack = 2});
    EXPECT_EQ(state(), TcpState::FinWait2);
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    HEARS(kAck, 2, 2);
    EXPECT_EQ(state(), TcpState::Closed) << "only a compact TIME-WAIT entry is left";
    EXPECT_EQ(time_waits(), 1u);
    pass(seconds(59));
    EXPECT_EQ(time_waits(), 1u);
    pass(seconds(2));
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, FinAndAckInOne) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    HEARS(kAck, 2, 2);
    EXPECT_EQ(time_waits(), 1u);
}

TEST_F(TcpClose, TheyCloseFirst) {
    accept_one();
    say({.flags = kFin | kAck, .seq = 1, .ack = 1});
    HEARS(kAck, 1, 2);
    EXPECT_EQ(state(), TcpState::CloseWait);
    EXPECT_EQ(receive().error, Errno::None);
    EXPECT_EQ(receive().data.size(), 0u) << "end of file";
    EXPECT_EQ(value_of(send(3)), 3u) << "our half is still open";
    HEARS(kAck, 1, 2, 3);
    close();
    HEARS(kFin | kAck, 4, 2);
    EXPECT_EQ(state(), TcpState::LastAck);
    say({.seq = 2, .ack = 5});
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, BothAtOnce) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    say({.flags = kFin | kAck, .seq = 1, .ack = 1});
    EXPECT_EQ(state(), TcpState::Closing);
    HEARS(kAck, 2, 2);
    say({.seq = 2, .ack = 2});
    EXPECT_EQ(time_waits(), 1u);
}

TEST_F(TcpClose, HalfCloseStillReceives) {
    accept_one();
    shut();
    HEARS(kFin | kAck, 1, 1);
    say({.seq = 1, .ack = 2, .data = text("late")});
    EXPECT_EQ(as_text(receive().data), "late");
    EXPECT_EQ(send(1).error(), Errno::Pipe);
    say({.flags = kFin | kAck, .seq = 5, .ack = 2});
    EXPECT_EQ(receive().data.size(), 0u);
    EXPECT_EQ(program->poll(nullptr) & POLLHUP, u32{POLLHUP});
    EXPECT_EQ(state(), TcpState::TimeWait) << "the program still has the socket";
    close();
    EXPECT_EQ(time_waits(), 1u);
    device.sent.clear();
}

TEST_F(TcpClose, DataGoOutBeforeTheFin) {
    accept_one({.flags = kSyn, .mss = 1000});
    EXPECT_OK(send(1500));
    close();
    HEARS(kAck, 1, 1, 1000);
    HEARS(kAck, 1001, 1, 500);
    HEARS(kFin | kAck, 1501, 1);
    say({.seq = 1, .ack = 1001});
    pass(milliseconds(250));
    HEARS(kFin | kAck, 1001, 1, 500) << "retransmitted together";
    say({.seq = 1, .ack = 1502});
    EXPECT_EQ(state(), TcpState::FinWait2);
}

TEST_F(TcpClose, TheFinIsSentAgain) {
    accept_one();
    close();
    HEARS(kFin | kAck, 1, 1);
    pass(milliseconds(250));
    HEARS(kFin | kAck, 1, 1);
    pass(seconds(200));
    EXPECT_TRUE(gone()) << "no one waits for it";
    const auto all = hear_all();
    EXPECT_EQ(all.size(), 8u);
    EXPECT_EQ(all.back().flags & kRst, kRst);
}

TEST_F(TcpClose, FinWait2DoesNotLastForEver) {
    accept_one();
    close();
    hear();
    say({.seq = 1, .ack = 2});
    pass(seconds(59));
    EXPECT_EQ(state(), TcpState::FinWait2);
    pass(seconds(2));
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, FinWait2OfAProgramThatReadsDoes) {
    accept_one();
    shut();
    hear();
    say({.seq = 1, .ack = 2});
    pass(seconds(600));
    EXPECT_EQ(state(), TcpState::FinWait2);
}

TEST_F(TcpClose, AnEarlyFinWaitsForItsData) {
    accept_one();
    say({.flags = kFin | kAck, .seq = 4, .ack = 1, .data = text("def")});
    HEARS(kAck, 1, 1);
    EXPECT_EQ(state(), TcpState::Established);
    say({.seq = 1, .ack = 1, .data = text("abc")});
    HEARS(kAck, 1, 8);
    EXPECT_EQ(as_text(receive().data), "abcdef");
    EXPECT_EQ(state(), TcpState::CloseWait);
}

TEST_F(TcpClose, UnreadDataMakeItAReset) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    close();
    HEARS(kRst | kAck, 1, 4);
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, DataForNobodyAreReset) {
    accept_one();
    close();
    hear();
    say({.seq = 1, .ack = 2, .data = text("abc")});
    EXPECT_EQ(hear().flags & kRst, kRst);
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, ShutdownOfReadingThrowsAway) {
    accept_one();
    EXPECT_OK(program->shutdown(SHUT_RD));
    EXPECT_EQ(receive().error, Errno::None) << "end of file";
    say({.seq = 1, .ack = 1, .data = text("abc")});
    pass(milliseconds(50));
    HEARS(kAck, 1, 4);
    EXPECT_EQ(receive().data.size(), 0u);
}

TEST_F(TcpClose, LingerZeroIsAReset) {
    accept_one();
    const struct linger l { 1, 0 };
    EXPECT_OK(program->set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&l), sizeof l}));
    close();
    HEARS(kRst | kAck, 1, 1);
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, LingerWaitsForTheData) {
    accept_one();
    EXPECT_OK(send(10));
    hear();
    const struct linger l { 1, 5 };
    EXPECT_OK(program->set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&l), sizeof l}));
    fake::world().on_wait = [this]() -> Result<> {
        say({.seq = 1, .ack = 12});
        pass(milliseconds(1));
        return {};
    };
    close();
    EXPECT_EQ(state(), TcpState::FinWait2);
    device.sent.clear();
}

TEST_F(TcpClose, LingerEndsByTheClock) {
    accept_one();
    EXPECT_OK(send(10));
    const struct linger l { 1, 5 };
    EXPECT_OK(program->set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&l), sizeof l}));
    const Instant begin = platform::now();
    close();
    EXPECT_EQ((platform::now() - begin).ms(), 5000);
    device.sent.clear();
}

// --- resets

TEST_F(TcpClose, AResetEndsIt) {
    accept_one();
    say({.seq = 1, .ack = 1, .data = text("abc")});
    say({.flags = kRst, .seq = 4});
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(as_text(receive().data), "abc") << "data received before the reset";
    EXPECT_EQ(receive().error, Errno::ConnReset);
    EXPECT_EQ(receive().error, Errno::None) << "reported once";
    EXPECT_EQ(send(1).error(), Errno::Pipe);
    EXPECT_TRUE(silence());
}

// RFC 5961 section 3.2.
TEST_F(TcpClose, AResetElsewhereInTheWindowIsChallenged) {
    accept_one();
    say({.flags = kRst, .seq = 2});
    HEARS(kAck, 1, 1);
    say({.flags = kRst, .seq = 1 + 200'000});
    say({.flags = kRst, .seq = 0});
    EXPECT_TRUE(silence());
    EXPECT_EQ(state(), TcpState::Established);
}

// RFC 5961 section 4.2.
TEST_F(TcpClose, ASynWithinIsChallenged) {
    accept_one();
    say({.flags = kSyn, .seq = 1});
    HEARS(kAck, 1, 1);
    say({.flags = kSyn, .seq = 5000});
    HEARS(kAck, 1, 1);
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(TcpClose, ABlockedReaderWakesWhenItIsClosed) {
    accept_one();
    fake::world().on_wait = [this]() -> Result<> {
        close();
        return {};
    };
    EXPECT_EQ(receive(10, 0).error, Errno::BadF);
    device.sent.clear();
}

TEST_F(TcpClose, ABlockedReaderWakesOnAReset) {
    accept_one();
    fake::world().on_wait = [this]() -> Result<> {
        say({.flags = kRst, .seq = 1});
        return {};
    };
    EXPECT_EQ(receive(10, 0).error, Errno::ConnReset);
}

TEST_F(TcpClose, ABlockedWriterWakesOnAReset) {
    accept_one({.flags = kSyn, .window = 0});
    say({.seq = 1, .ack = 1, .window = 0});
    fake::world().on_wait = [this]() -> Result<> {
        say({.flags = kRst, .seq = 1});
        return {};
    };
    EXPECT_EQ(value_of(send(1 << 20, 0)), 128u << 10);
    EXPECT_EQ(error(), ECONNRESET);
}

TEST_F(TcpClose, ABlockedAcceptWakesWhenTheListenerCloses) {
    listen();
    fake::world().on_wait = [this]() -> Result<> {
        listening->close();
        return {};
    };
    EXPECT_EQ(listening->accept(true).error(), Errno::BadF);
    fake::world().on_wait = {};
}

TEST_F(TcpClose, ClosingBeforeTheAnswerForgetsIt) {
    start_connect();
    close();
    EXPECT_EQ(state(), TcpState::Closed);
    say({.flags = kSyn | kAck, .ack = 1});
    EXPECT_EQ(hear().flags, kRst);
}

// --- TIME-WAIT

TEST_F(TcpClose, TimeWaitAnswersALateFin) {
    accept_one();
    to_time_wait();
    pass(seconds(30));
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    HEARS(kAck, 2, 2);
    pass(seconds(59));
    EXPECT_EQ(time_waits(), 1u) << "2 MSL from the last FIN";
    pass(seconds(2));
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, TimeWaitIsNotProlongedByAForgedFin) {
    accept_one();
    to_time_wait();
    pass(seconds(30));
    say({.flags = kFin | kAck, .seq = 5000, .ack = 2});
    HEARS(kAck, 2, 2);
    pass(seconds(31));
    EXPECT_TRUE(gone());
}

TEST_F(TcpClose, TimeWaitIgnoresResetsAndLateAcks) {
    accept_one();
    to_time_wait();
    say({.flags = kRst, .seq = 2});
    say({.seq = 2, .ack = 2});
    EXPECT_TRUE(silence());
    EXPECT_EQ(time_waits(), 1u);
}

TEST_F(TcpClose, TimeWaitGivesWayToANewConnection) {
    accept_one();
    to_time_wait();
    say({.flags = kSyn, .seq = 1});
    HEARS(kAck, 2, 2) << "an old SYN, below RCV.NXT";
    say({.flags = kSyn, .seq = 1000});
    const Seg s = hear();
    EXPECT_EQ(s.flags, kSyn | kAck);
    EXPECT_EQ(s.ack, 1001u);
    EXPECT_LT(s.seq, 0x8000'0000) << "above the old connection's";
    EXPECT_EQ(time_waits(), 0u);
    EXPECT_EQ(count(Stat::tcp_time_wait_reused), 1u);
}

// This works also while a program still has the old socket, which then ends normally for the program.
TEST_F(TcpClose, TimeWaitThatIsHeldGivesWay) {
    accept_one();
    shut();
    HEARS(kFin | kAck, 1, 1);
    say({.flags = kFin | kAck, .seq = 1, .ack = 2, .data = text("last")});
    HEARS(kAck, 2, 6);
    EXPECT_EQ(state(), TcpState::TimeWait);
    say({.flags = kSyn, .seq = 1});
    HEARS(kAck, 2, 6) << "an old SYN";
    say({.flags = kSyn, .seq = 1000});
    const Seg s = hear();
    EXPECT_EQ(s.flags, kSyn | kAck);
    EXPECT_EQ(s.ack, 1001u);
    EXPECT_TRUE(silence());
    EXPECT_EQ(state(), TcpState::SynReceived);
    EXPECT_EQ(count(Stat::tcp_time_wait_reused), 1u);
    EXPECT_EQ(as_text(receive().data), "last");
    EXPECT_EQ(receive().data.size(), 0u);
    EXPECT_EQ(error(), 0);
    close();
    EXPECT_EQ(state(), TcpState::SynReceived) << "the new connection is not affected";
}

TEST_F(TcpClose, TimeWaitThatIsHeldStaysIfNobodyListens) {
    accept_one();
    shut();
    device.sent.clear();
    say({.flags = kFin | kAck, .seq = 1, .ack = 2});
    device.sent.clear();
    listening->close();
    say({.flags = kSyn, .seq = 1000});
    HEARS(kAck, 2, 2);
    EXPECT_EQ(state(), TcpState::TimeWait);
    EXPECT_EQ(count(Stat::tcp_time_wait_reused), 0u);
}

// RFC 6191: with timestamps even a SYN with a lower sequence number is new if its timestamp is.
TEST_F(TcpClose, TimestampsTellANewConnection) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    close();
    const Seg fin = hear();
    say({.flags = kFin | kAck, .seq = 1, .ack = 2, .ts = {{1001, fin.ts->value}}});
    EXPECT_EQ(hear().ts->echo, 1001u);
    say({.flags = kSyn, .seq = 0u - 100, .ts = {{900, 0}}});
    EXPECT_EQ(hear().flags, kAck);
    say({.flags = kSyn, .seq = 0u - 100, .ts = {{1002, 0}}});
    EXPECT_EQ(hear().flags, kSyn | kAck);
}

TEST_F(TcpClose, OurOwnConnectMayFollowWithTimestamps) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    close();
    hear();
    say({.flags = kFin | kAck, .seq = 1, .ack = 2, .ts = {{1001, 0}}});
    hear();
    listening->close();
    Ref<Socket> s = socket();
    EXPECT_OK(s->set_option(SOL_SOCKET, SO_REUSEADDR, as_option(1)));
    EXPECT_OK(s->bind({{}, kOurPort}));
    EXPECT_ERROR(s->connect({kPeer, kTheirPort}, false), AddrInUse);
    pass(seconds(2));
    EXPECT_ERROR(s->connect({kPeer, kTheirPort}, false), InProgress);
    const Seg syn = hear();
    EXPECT_EQ(syn.flags, kSyn);
    EXPECT_TRUE(Seq(syn.seq).after(Seq(1))) << "above the old connection's";
}

TEST_F(TcpClose, SegmentsForTimeWaitAreExpectedWithoutAListener) {
    accept_one();
    to_time_wait();
    listening->close();
    const packets::Packet packet = packets::tcp_packet({kPeer, kOurs, {kTheirPort, kOurPort}}, {});
    const Ipv4Packet ip = Ipv4Packet::parse(packet).value();
    const TcpSegment segment = TcpSegment::parse(ip.payload()).value();
    EXPECT_TRUE(stack->tcp().expects(ip, segment));
    pass(seconds(61));
    EXPECT_FALSE(stack->tcp().expects(ip, segment));
}

TEST_F(TcpClose, ManyTimeWaitsAreBounded) {
    listen(1);
    const u32 most = stack->tcp().most_time_waits();
    const auto pages = [] { return fake::world().pages_out - static_cast<long>(mbuf_usage().total / 2); };
    const long pages_before = pages();
    for (u32 i = 0; i < most + 10; i++) {
        their_port = static_cast<u16>(1000 + i);
        say({.flags = kSyn});
        our_iss += hear().seq;
        say({.seq = 1, .ack = 1});
        Ref<Socket> s = value_of(listening->accept(false));
        s->close();
        hear();
        say({.flags = kFin | kAck, .seq = 1, .ack = 2});
        hear();
    }
    EXPECT_EQ(time_waits(), most);
    EXPECT_NEAR(static_cast<double>(stack->tcp().time_wait_bytes()) / 4096,
                static_cast<double>(pages() - pages_before), 8)
        << "and the table's";
}

}  // namespace
