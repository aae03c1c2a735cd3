// Closed windows, timestamps, keepalives, socket options, poll, ICMP errors.
#include "abi/ioctl.h"
#include "abi/poll.h"
#include "poll_counter.h"
#include "tcp_peer.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

struct TcpWindow : TcpPeerTest {};

// --- closed windows

TEST_F(TcpWindow, ProbesAClosedWindow) {
    accept_one({.flags = kSyn, .window = 1000, .mss = 1000});
    say({.seq = 1, .ack = 1, .window = 1000});
    EXPECT_OK(send(3000));
    HEARS(kAck, 1, 1, 1000);
    say({.seq = 1, .ack = 1001, .window = 0});
    EXPECT_TRUE(silence());
    std::vector<i64> at;
    const Instant begin = platform::now();
    for (int i = 0; i < 400; i++) {
        pass(milliseconds(500));
        while (!silence()) {
            HEARS(kAck, 1001, 1, 1);
            at.push_back((platform::now() - begin).ms());
            say({.seq = 1, .ack = 1001, .window = 0});
        }
    }
    ASSERT_GE(at.size(), 4u);
    EXPECT_EQ(at[0], 500);
    EXPECT_EQ(state(), TcpState::Established) << "a window may stay closed for any time";
    say({.seq = 1, .ack = 1001, .window = 5000});
    HEARS(kAck, 1001, 1, 1000);
    HEARS(kAck, 2001, 1, 1000);
}

// TCP_CORK holds back less than a segment. The rest waits for the window, whose opening may be lost.
TEST_F(TcpWindow, ProbesAClosedWindowThoughCorked) {
    accept_one({.flags = kSyn, .window = 1000, .mss = 1000});
    EXPECT_OK(program->set_option(IPPROTO_TCP, TCP_CORK, as_option(1)));
    say({.seq = 1, .ack = 1, .window = 1000});
    EXPECT_OK(send(2500));
    HEARS(kAck, 1, 1, 1000);
    say({.seq = 1, .ack = 1001, .window = 0});
    pass(milliseconds(600));
    HEARS(kAck, 1001, 1, 1);
    say({.seq = 1, .ack = 1001, .window = 5000});
    HEARS(kAck, 1001, 1, 1000);
    say({.seq = 1, .ack = 2001, .window = 5000});
    pass(seconds(10));
    EXPECT_TRUE(silence()) << "500 bytes are held back";
}

TEST_F(TcpWindow, AProbeThatIsTakenCounts) {
    accept_one({.flags = kSyn, .window = 1000, .mss = 1000});
    say({.seq = 1, .ack = 1, .window = 0});
    EXPECT_OK(send(1000));
    pass(milliseconds(600));
    HEARS(kAck, 1, 1, 1);
    say({.seq = 1, .ack = 2, .window = 0});
    pass(milliseconds(600));
    HEARS(kAck, 2, 1, 1);
    say({.seq = 1, .ack = 3, .window = 2000});
    HEARS(kAck, 3, 1, 998);
}

TEST_F(TcpWindow, GivesUpOnAPeerThatAnswersNoProbe) {
    accept_one({.flags = kSyn, .window = 1000, .mss = 1000});
    say({.seq = 1, .ack = 1, .window = 0});
    EXPECT_OK(send(1000));
    pass(seconds(1000));
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TcpWindow, AWindowThatShrinksIsBorne) {
    accept_one({.flags = kSyn, .mss = 1000});
    EXPECT_OK(send(4000));
    EXPECT_EQ(hear_all().size(), 4u);
    say({.seq = 1, .ack = 1001, .window = 0});
    for (int i = 0; i < 30; i++) {
        pass(seconds(10));
        device.sent.clear();
        say({.seq = 1, .ack = 1001, .window = 0});
    }
    EXPECT_EQ(state(), TcpState::Established) << "it answers";
    say({.seq = 1, .ack = 1001, .window = 10'000});
    HEARS(kAck, 1001, 1, 1000) << "retransmitted immediately";
}

// RFC 1122 section 4.2.3.3: silly window avoidance by the receiver.
TEST_F(TcpWindow, OpensOnlyByWhatIsWorthASegment) {
    listen();
    EXPECT_OK(listening->set_option(SOL_SOCKET, SO_RCVBUF, as_option(4000)));
    accept_one({.flags = kSyn, .mss = 1000});
    for (u32 i = 0; i < 4; i++) say({.seq = 1 + 1000 * i, .ack = 1, .data = filled(1000)});
    while (!silence()) {
        const Seg s = hear();
        EXPECT_EQ(s.ack + s.window, 4001u) << "the right edge does not move";
    }
    for (int i = 0; i < 9; i++) EXPECT_EQ(receive(100).data.size(), 100u);
    EXPECT_TRUE(silence()) << "no update for 900 bytes";
    say({.seq = 4001, .ack = 1, .data = filled(1)});
    EXPECT_EQ(hear().window, 0) << "not advertised in reply to a probe either";
    EXPECT_EQ(receive(1100).data.size(), 1100u);
    const Seg update = hear();
    EXPECT_EQ(update.ack, 4001u);
    EXPECT_EQ(update.window, 2000) << "half the buffer";
}

// --- timestamps

TEST_F(TcpWindow, EchoesTheTimestampOfWhatIsAcked) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{100, 0}}});
    say({.seq = 1, .ack = 1, .data = filled(10), .ts = {{200, 0}}});
    say({.seq = 11, .ack = 1, .data = filled(10), .ts = {{300, 0}}});
    pass(milliseconds(50));
    EXPECT_EQ(hear().ts->echo, 200u) << "of the first segment that the delayed ACK covers";
}

// Harts may read the clock in one order and acquire the connection's lock in another. Our timestamps must not
// decrease then, because of the peer's PAWS.
TEST_F(TcpWindow, OurTimestampsNeverGoBack) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    Ref<TcpConnection> c = stack->tcp().table().find({kOurs, kPeer, our_port, their_port}).connection;
    pass(milliseconds(100));
    EXPECT_OK(send(10));
    const u32 first = hear().ts->value;
    Segment stray;  // outside the window: the ACK in reply uses the time of the receiving hart
    stray.flags = {TcpFlags::Ack};
    stray.options.has_timestamps = true, stray.options.ts_value = 2000;
    c->arrive(stray, Instant{platform::now().ns - 50'000'000});
    EXPECT_EQ(u32{hear().ts->value}, first);
}

TEST_F(TcpWindow, PawsDropsWhatIsTooOld) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    say({.seq = 1, .ack = 1, .data = text("new"), .ts = {{2000, 0}}});
    say({.seq = 4, .ack = 1, .data = text("old"), .ts = {{1999, 0}}});
    HEARS(kAck, 1, 4) << "acknowledged, not accepted";
    EXPECT_EQ(count(Stat::tcp_paws_dropped), 1u);
    EXPECT_EQ(as_text(receive().data), "new");
    say({.seq = 4, .ack = 1, .data = text("none")});
    EXPECT_EQ(count(Stat::tcp_paws_dropped), 2u) << "every segment must have a timestamp";
    say({.flags = kRst, .seq = 4});
    EXPECT_EQ(state(), TcpState::Closed) << "except an RST";
}

// An attacker who has guessed the sequence number but not the acknowledgment number must not advance
// TS.Recent.
TEST_F(TcpWindow, PawsLearnsFromAcknowledgedSegmentsAlone) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{1000, 0}}});
    say({.seq = 1, .ack = 100'000, .data = text("bad"), .ts = {{0x4000'0000, 0}}});
    device.sent.clear();
    say({.seq = 1, .ack = 1, .data = text("good"), .ts = {{1001, 0}}});
    EXPECT_EQ(as_text(receive().data), "good");
    EXPECT_EQ(count(Stat::tcp_paws_dropped), 0u);
    device.sent.clear();
}

TEST_F(TcpWindow, PawsTrustsAClockAgainAfter24Days) {
    accept_one({.flags = kSyn, .mss = 1460, .ts = {{2000, 0}}});
    fake::world().now = fake::world().now + seconds(25 * 86400);
    say({.seq = 1, .ack = 1, .data = text("abc"), .ts = {{1, 0}}});
    EXPECT_EQ(as_text(receive().data), "abc");
    device.sent.clear();
}

TEST_F(TcpWindow, SequenceNumbersWrap) {
    accept_one();  // the peer's ISN is 256 below the wrap
    for (u32 i = 0; i < 10; i++) {
        say({.seq = 1 + i * 100, .ack = 1, .data = filled(100, u8(i))});
        EXPECT_EQ(receive().data, filled(100, u8(i)));
    }
    device.sent.clear();
}

// --- keepalives and socket options

TEST_F(TcpWindow, KeepaliveFindsOutThatThePeerIsGone) {
    accept_one();
    EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_KEEPIDLE, as_option(10)).ok());
    EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_KEEPINTVL, as_option(5)).ok());
    EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_KEEPCNT, as_option(3)).ok());
    EXPECT_TRUE(program->set_option(SOL_SOCKET, SO_KEEPALIVE, as_option(1)).ok());
    pass(seconds(11));
    HEARS(kAck, 0, 1) << "SEQ is one below SND.NXT";
    say({.seq = 1, .ack = 1});
    pass(seconds(9));
    EXPECT_TRUE(silence());
    pass(seconds(30));
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(error(), ETIMEDOUT);
    const auto said = hear_all();
    ASSERT_EQ(said.size(), 4u);
    EXPECT_EQ(said[3].flags & kRst, kRst);
}

TEST_F(TcpWindow, AnswersKeepalives) {
    accept_one();
    say({.seq = 0, .ack = 1});
    HEARS(kAck, 1, 1);
    say({.seq = 0, .ack = 1, .data = {0}});
    HEARS(kAck, 1, 1);
}

TEST_F(TcpWindow, UserTimeoutEndsIt) {
    accept_one();
    EXPECT_TRUE(program->set_option(IPPROTO_TCP, TCP_USER_TIMEOUT, as_option(5000)).ok());
    EXPECT_OK(send(10));
    pass(seconds(15));
    EXPECT_EQ(error(), ETIMEDOUT);
    device.sent.clear();
}

TEST_F(TcpWindow, OptionsCanBeAskedFor) {
    accept_one();
    char name[16] = {};
    EXPECT_OK(program->get_option(IPPROTO_TCP, TCP_CONGESTION, {reinterpret_cast<u8*>(name), sizeof name}));
    EXPECT_STREQ(name, "cubic");
    const Packet reno = text("newreno");
    EXPECT_OK(program->set_option(IPPROTO_TCP, TCP_CONGESTION, reno));
    EXPECT_OK(program->get_option(IPPROTO_TCP, TCP_CONGESTION, {reinterpret_cast<u8*>(name), sizeof name}));
    EXPECT_STREQ(name, "newreno");
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, TCP_CONGESTION, text("vegas")), NoEnt);
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, TCP_CONGESTION, filled(100, 'a')), NoEnt);
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, TCP_CONGESTION, {}), NoEnt);
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, 999, as_option(1)), NoProtoOpt);
    EXPECT_ERROR(program->set_option(999, 1, as_option(1)), NoProtoOpt);
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, TCP_NODELAY, {}), Inval);
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, TCP_MAXSEG, as_option(10)), Inval);
    EXPECT_ERROR(program->set_option(IPPROTO_TCP, TCP_KEEPIDLE, as_option(0)), Inval);
    for (int option :
         {TCP_NODELAY, TCP_CORK, TCP_MAXSEG, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT}) {
        int v = -1;
        EXPECT_OK(program->get_option(IPPROTO_TCP, option, {reinterpret_cast<u8*>(&v), sizeof v}));
        EXPECT_GE(v, 0);
    }
    for (int option : {SO_ERROR, SO_TYPE, SO_PROTOCOL, SO_ACCEPTCONN, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE}) {
        int v = -1;
        EXPECT_OK(program->get_option(SOL_SOCKET, option, {reinterpret_cast<u8*>(&v), sizeof v}));
    }
    EXPECT_EQ(info().tcpi_state, TCP_ESTABLISHED);
}

TEST_F(TcpWindow, ConnectionsInheritTheListenersOptions) {
    listen();
    EXPECT_OK(listening->set_option(IPPROTO_TCP, TCP_NODELAY, as_option(1)));
    EXPECT_OK(listening->set_option(SOL_SOCKET, SO_RCVBUF, as_option(20'000)));
    EXPECT_OK(listening->set_option(SOL_SOCKET, SO_KEEPALIVE, as_option(1)));
    const struct linger linger = {1, 7};
    EXPECT_OK(
        listening->set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&linger), sizeof linger}));
    say({.flags = kSyn, .mss = 1460});
    EXPECT_EQ(hear().window, 20'000);
    say({.seq = 1, .ack = 1});
    program = keep(value_of(listening->accept(false)));
    struct linger got = {};
    EXPECT_OK(program->get_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<u8*>(&got), sizeof got}));
    EXPECT_EQ(got.l_linger, 7);
    const struct linger off = {};
    EXPECT_OK(program->set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&off), sizeof off}));
    const auto number = [this](int level, int option) {
        int v = -1;
        EXPECT_OK(program->get_option(level, option, {reinterpret_cast<u8*>(&v), sizeof v}));
        return v;
    };
    EXPECT_EQ(number(IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(number(SOL_SOCKET, SO_RCVBUF), 20'000);
    EXPECT_EQ(number(SOL_SOCKET, SO_KEEPALIVE), 1);
}

TEST_F(TcpWindow, PollTellsWhatItIsReadyFor) {
    listen();
    EXPECT_EQ(listening->poll(nullptr), 0u);
    accept_one();
    PollCounter poll;
    EXPECT_EQ(program->poll(&poll.entry), u32{POLLOUT | POLLWRNORM});
    say({.seq = 1, .ack = 1, .data = text("x")});
    EXPECT_EQ(poll.wakes, 1);
    EXPECT_EQ(program->poll(nullptr), u32{POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM});
    EXPECT_EQ(value_of(program->ioctl(FIONREAD)), 1u);
    EXPECT_EQ(listening->ioctl(FIONREAD).error(), Errno::Inval);
    receive();
    while (send(100'000).ok()) continue;
    EXPECT_FALSE(program->poll(nullptr) & POLLOUT);
    device.sent.clear();
    say({.flags = kFin | kAck, .seq = 2, .ack = 1});
    EXPECT_EQ(program->poll(nullptr) & (POLLIN | POLLRDHUP | POLLHUP), u32{POLLIN | POLLRDHUP});
    say({.flags = kRst, .seq = 3});
    EXPECT_EQ(program->poll(nullptr) & (POLLIN | POLLOUT | POLLHUP | POLLERR),
              u32{POLLIN | POLLOUT | POLLHUP | POLLERR});
    device.sent.clear();
}

TEST_F(TcpWindow, CallsInTheWrongStateFail) {
    Ref<Socket> s = socket();
    u8 byte = 0;
    const UserAddr at{reinterpret_cast<uptr>(&byte)};
    EXPECT_ERROR(s->send(at, 1, 0, nullptr), NotConn);
    EXPECT_ERROR(s->receive(at, 1, 0, nullptr), NotConn);
    EXPECT_ERROR(s->shutdown(SHUT_WR), NotConn);
    EXPECT_ERROR(s->remote(), NotConn);
    EXPECT_ERROR(s->accept(false), Inval);
    listen();
    EXPECT_ERROR(listening->connect({kPeer, 80}, false), OpNotSupp);
    EXPECT_ERROR(listening->send(at, 1, 0, nullptr), NotConn);
    accept_one();
    EXPECT_ERROR(program->listen(1), Inval);
    EXPECT_ERROR(program->shutdown(7), Inval);
    close();
    device.sent.clear();
    EXPECT_ERROR(program->send(at, 1, 0, nullptr), BadF);
    EXPECT_ERROR(program->receive(at, 1, 0, nullptr), BadF);
    EXPECT_ERROR(program->bind({{}, 5}), BadF);
}

// --- ICMP errors

TEST_F(TcpWindow, ShrinksSegmentsForANarrowPath) {
    accept_one();
    EXPECT_OK(send(2920));
    EXPECT_EQ(hear_all().size(), 2u);
    auto c = stack->tcp().table().any();
    c->unreachable(Seq(our_iss + 9999), Errno::MsgSize, 600, platform::now());
    EXPECT_TRUE(silence()) << "about a segment that was not sent";
    c->unreachable(Seq(our_iss + 1), Errno::MsgSize, 67, platform::now());
    EXPECT_TRUE(silence()) << "below the minimum MTU";
    c->unreachable(Seq(our_iss + 1), Errno::MsgSize, 1000, platform::now());
    HEARS(kAck, 1, 1, 960);
    HEARS(kAck, 961, 1, 960);
    EXPECT_EQ(info().tcpi_pmtu, 1000u);
    device.sent.clear();
    c->unreachable(Seq(our_iss + 1), Errno::MsgSize, 0, platform::now());
    EXPECT_EQ(info().tcpi_pmtu, 552u) << "an old router reports no MTU: the next plateau";
    device.sent.clear();
}

TEST_F(TcpWindow, IcmpDoesNotEndAConnection) {
    accept_one();
    EXPECT_OK(send(10));
    stack->tcp().table().any()->unreachable(Seq(our_iss + 1), Errno::ConnRefused, 0, platform::now());
    EXPECT_EQ(state(), TcpState::Established);
    say({.seq = 1, .ack = 11});
    device.sent.clear();
}

// A segment that was sent before another may acknowledge more, if it is a retransmission. Its window counts
// from its ACK: with the older window, we would send more than the peer accepts.
TEST_F(TcpWindow, ComesWithEachNewAck) {
    accept_one({.flags = kSyn, .mss = 1000});
    say({.seq = 101, .ack = 1, .data = packets::filled(100), .window = 3000});
    EXPECT_OK(send(10'000));
    hear_all();
    say({.seq = 1, .ack = 1001, .data = packets::filled(100), .window = 2000});
    for (const Seg& s : hear_all()) EXPECT_LE(s.seq + s.data.size(), 3001u) << s;
}

}  // namespace
