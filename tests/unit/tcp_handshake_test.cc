// Opening connections: active, passive, simultaneous, refused, with losses, under a SYN flood.
#include "tcp_peer.h"

using namespace net;
using packets::Packet;
using packets::text;

namespace {

struct TcpOpen : TcpPeerTest {};

TEST_F(TcpOpen, AcceptsAConnection) {
    listen();
    say({.flags = kSyn, .mss = 1460, .scale = 7, .sack_ok = true, .ts = {{500, 0}}});
    const Seg s = hear();
    EXPECT_TRUE(s.is(kSyn | kAck, 0, 1)) << s;
    EXPECT_EQ(s.mss, 1460);
    EXPECT_EQ(s.scale, 2) << "128 KiB of receive buffer";
    EXPECT_TRUE(s.sack_ok);
    ASSERT_TRUE(s.ts);
    EXPECT_EQ(s.ts->echo, 500u);
    EXPECT_EQ(s.window, 65535);
    EXPECT_EQ(listening->accept(false).error(), Errno::Again) << "the last ACK is missing";
    say({.seq = 1, .ack = 1, .ts = {{501, s.ts->value}}});
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(state(), TcpState::Established);
    EXPECT_EQ(value_of(program->remote()), (SocketAddr{kPeer, kTheirPort}));
    EXPECT_EQ(program->local(), (SocketAddr{kOurs, kOurPort}));
    EXPECT_TRUE(silence());
}

TEST_F(TcpOpen, OffersOnlyWhatThePeerOffers) {
    listen();
    say({.flags = kSyn});
    const Seg s = hear();
    EXPECT_EQ(s.mss, 1460);
    EXPECT_EQ(s.scale, -1);
    EXPECT_FALSE(s.sack_ok);
    EXPECT_FALSE(s.ts);
}

TEST_F(TcpOpen, Connects) {
    start_connect();
    say({.flags = kSyn | kAck, .ack = 1, .mss = 1000, .scale = 3, .sack_ok = true});
    const Seg ack = hear();
    EXPECT_TRUE(ack.is(kAck, 1, 1)) << ack;
    EXPECT_EQ(state(), TcpState::Established);
    EXPECT_EQ(error(), 0);
    EXPECT_EQ(info().tcpi_snd_mss, 1000u);
    EXPECT_EQ(program->connect({kPeer, 80}, false).error(), Errno::IsConn);
}

TEST_F(TcpOpen, OffersEverything) {
    program = socket();
    their_port = 80;
    EXPECT_EQ(program->connect({kPeer, 80}, false).error(), Errno::InProgress);
    EXPECT_EQ(program->connect({kPeer, 80}, false).error(), Errno::Already);
    our_port = program->local().inet()->port;
    EXPECT_GE(our_port, 49152);
    const Seg s = hear();
    EXPECT_TRUE(s.sack_ok && s.ts && s.scale == 2 && s.mss == 1460) << s;
    EXPECT_EQ(s.ts->echo, 0u);
}

TEST_F(TcpOpen, WaitsForTheAnswer) {
    program = socket();
    their_port = 80;
    fake::world().on_wait = [this]() -> Result<> {
        our_port = program->local().inet()->port;
        hear();
        say({.flags = kSyn | kAck, .ack = 1});
        return {};
    };
    EXPECT_EQ(program->connect({kPeer, 80}, true).error(), Errno::None);
}

TEST_F(TcpOpen, IsInterruptedByAKill) {
    program = socket();
    fake::world().on_wait = []() -> Result<> { return Errno::Intr; };
    EXPECT_EQ(program->connect({kPeer, 80}, true).error(), Errno::Intr);
    device.sent.clear();
}

TEST_F(TcpOpen, IsRefused) {
    start_connect();
    say({.flags = kRst | kAck, .ack = 1});
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(error(), ECONNREFUSED);
    EXPECT_TRUE(silence());
}

TEST_F(TcpOpen, MayTryAgainAfterAFailure) {
    start_connect();
    say({.flags = kRst | kAck, .ack = 1});
    EXPECT_ERROR(program->connect({kPeer, 80}, false), ConnRefused) << "the pending error is reported first";
    for (int i = 0; i < 3; i++) {
        EXPECT_ERROR(program->connect({kPeer, 80}, false), InProgress);
        EXPECT_ERROR(program->connect({kPeer, 80}, false), Already);
        our_port = program->local().inet()->port;
        our_iss += hear().seq;
        if (i == 2) break;
        say({.flags = kRst | kAck, .ack = 1});
        EXPECT_EQ(error(), ECONNREFUSED);
    }
    say({.flags = kSyn | kAck, .ack = 1, .mss = 1460});
    HEARS(kAck, 1, 1);
    EXPECT_ERROR(program->connect({kPeer, 80}, false), IsConn);
    say({.seq = 1, .ack = 1, .data = text("hello")});
    EXPECT_EQ(as_text(receive().data), "hello");
    EXPECT_EQ(value_of(program->remote()).inet()->port, 80);
}

TEST_F(TcpOpen, AFailedSocketMayTryAnotherAddress) {
    start_connect();
    pass(seconds(200));
    device.sent.clear();
    EXPECT_EQ(error(), ETIMEDOUT);
    EXPECT_ERROR(program->listen(1), Inval);
    EXPECT_ERROR(program->connect({kPeer, 81}, false), InProgress);
    our_port = program->local().inet()->port, their_port = 81;
    EXPECT_EQ(hear().flags, kSyn);
    say({.flags = kRst | kAck, .ack = 1});
    EXPECT_EQ(state(), TcpState::SynSent) << "it acknowledges the first SYN";
}

TEST_F(TcpOpen, AConnectionThatWasEstablishedIsNotTriedAgain) {
    connect_one();
    say({.flags = kRst, .seq = 1});
    EXPECT_ERROR(program->connect({kPeer, 80}, false), ConnReset);
    EXPECT_ERROR(program->connect({kPeer, 80}, false), Inval);
}

TEST_F(TcpOpen, IgnoresAForgedRefusal) {
    start_connect();
    say({.flags = kRst | kAck, .ack = 2});
    say({.flags = kRst, .ack = 0});
    EXPECT_EQ(state(), TcpState::SynSent);
    EXPECT_TRUE(silence());
}

// RFC 9293 figure 9: a reply to another SYN is reset; our SYN stays valid.
TEST_F(TcpOpen, ResetsAnAnswerToAnOldSyn) {
    start_connect();
    say({.flags = kSyn | kAck, .ack = 0xf000'0000});
    HEARS(kRst, 0xf000'0000, 0) << "RST with SEQ=SEG.ACK";
    EXPECT_EQ(state(), TcpState::SynSent);
}

TEST_F(TcpOpen, SendsTheSynAgainAndGivesUp) {
    start_connect();
    std::vector<i64> at;
    const Instant begin = platform::now();
    for (int i = 0; i < 200 && state() == TcpState::SynSent; i++) {
        pass(seconds(1));
        while (!silence()) {
            HEARS(kSyn, 0, 0);
            at.push_back((platform::now() - begin).ms() / 1000);
        }
    }
    EXPECT_EQ(at, (std::vector<i64>{1, 3, 7, 15, 31, 63}));
    EXPECT_EQ(error(), ETIMEDOUT);
    EXPECT_EQ((platform::now() - begin).ms() / 1000, 123) << "the maximum RTO is 60 s";
}

TEST_F(TcpOpen, TakesIcmpsWordAfterSomeTries) {
    start_connect();
    stack->tcp().table().any()->unreachable(Seq(our_iss), Errno::HostUnreach, 0, platform::now());
    EXPECT_EQ(state(), TcpState::SynSent) << "a soft error";
    pass(seconds(20));
    EXPECT_EQ(error(), EHOSTUNREACH);
    device.sent.clear();
}

TEST_F(TcpOpen, BothAtOnce) {
    start_connect();
    say({.flags = kSyn, .mss = 1460});
    const Seg s = hear();
    EXPECT_TRUE(s.is(kSyn | kAck, 0, 1)) << s;
    EXPECT_EQ(state(), TcpState::SynReceived);
    say({.flags = kSyn | kAck, .ack = 1, .mss = 1460});
    EXPECT_EQ(state(), TcpState::SynReceived) << "below the window: RFC 9293 figure 8";
    HEARS(kAck, 1, 1);
    say({.seq = 1, .ack = 1});
    EXPECT_EQ(state(), TcpState::Established);
}

TEST_F(TcpOpen, AnswersASynThatCameAgain) {
    listen();
    say({.flags = kSyn});
    HEARS(kSyn | kAck, 0, 1);
    say({.flags = kSyn});
    HEARS(kSyn | kAck, 0, 1);
}

TEST_F(TcpOpen, SendsTheSynAckAgainAndForgets) {
    listen();
    say({.flags = kSyn});
    hear();
    pass(seconds(100));
    const auto again = hear_all();
    EXPECT_EQ(again.size(), 6u) << "five retransmissions, then a reset";
    EXPECT_TRUE(again[0].is(kSyn | kAck, 0, 1));
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(listening->accept(false).error(), Errno::Again);
}

TEST_F(TcpOpen, ForgetsAHalfOpenConnectionThatIsReset) {
    listen();
    say({.flags = kSyn});
    hear();
    say({.flags = kRst, .seq = 1});
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_TRUE(silence());
}

TEST_F(TcpOpen, ResetsAnAckForAnotherSynAck) {
    listen();
    say({.flags = kSyn});
    hear();
    say({.seq = 1, .ack = 5});
    HEARS(kRst, 5, 0);
    EXPECT_EQ(state(), TcpState::SynReceived);
}

TEST_F(TcpOpen, TakesDataThatComeWithTheLastAck) {
    listen();
    say({.flags = kSyn});
    hear();
    say({.seq = 1, .ack = 1, .data = text("hello")});
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(as_text(receive().data), "hello");
}

TEST_F(TcpOpen, ListenerAnswersAnAckWithAReset) {
    listen();
    say({.seq = 1, .ack = 77});
    HEARS(kRst, 77, 0);
    say({.flags = kRst, .seq = 1});
    say({.flags = kFin, .seq = 1});
    EXPECT_TRUE(silence());
}

TEST_F(TcpOpen, ClosedListenerResetsThoseItHasNotAccepted) {
    accept_one();
    say({.flags = kFin | kAck, .seq = 1, .ack = 1});
    device.sent.clear();
    their_port = 40001;
    say({.flags = kSyn});
    device.sent.clear();
    listening->close();
    EXPECT_EQ(hear().flags & kRst, kRst);
    their_port = 40002;
    say({.flags = kSyn});
    EXPECT_EQ(hear().flags, kRst | kAck) << "no listener";
}

TEST_F(TcpOpen, BacklogIsABound) {
    listen(2);
    for (u16 p = 1; p <= 2; p++) {
        their_port = static_cast<u16>(1000 + p);
        say({.flags = kSyn});
        our_iss += hear().seq;
        say({.seq = 1, .ack = 1});
    }
    their_port = 1003;
    say({.flags = kSyn});
    EXPECT_TRUE(silence());
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 1u);
    keep(value_of(listening->accept(false)));
    say({.flags = kSyn});
    EXPECT_EQ(hear().flags, kSyn | kAck);
}

// NOFILE clients connect at once, before the program accepts any.
TEST_F(TcpOpen, ABurstOfClientsIsTakenInWithEveryOption) {
    listen(SOMAXCONN);
    constexpr u16 kClients = 1000;
    std::vector<u32> iss;
    for (u16 p = 0; p < kClients; p++) {
        their_port = static_cast<u16>(1000 + p);
        say({.flags = kSyn, .mss = 1460, .scale = 7, .sack_ok = true});
        const Seg s = hear();
        EXPECT_GE(s.scale, 0) << "client " << p << " got a SYN cookie";
        iss.push_back(our_iss + s.seq);
    }
    for (u16 p = 0; p < kClients; p++) {
        their_port = static_cast<u16>(1000 + p);
        our_iss = iss[p];
        say({.seq = 1, .ack = 1});
    }
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 0u);
    for (u16 p = 0; p < kClients; p++) keep(value_of(listening->accept(false)));
}

// The accept queue becomes full between SYN and ACK: the ACK is dropped and sent again.
TEST_F(TcpOpen, FullQueueHoldsTheLastAckBack) {
    listen(1);
    u32 iss[2];
    for (u16 p = 0; p < 2; p++) {
        their_port = static_cast<u16>(1000 + p);
        say({.flags = kSyn});
        our_iss += hear().seq;
        iss[p] = our_iss;
    }
    for (u16 p = 0; p < 2; p++) {
        their_port = static_cast<u16>(1000 + p);
        our_iss = iss[p];
        say({.seq = 1, .ack = 1});
    }
    EXPECT_EQ(state(), TcpState::SynReceived);
    keep(value_of(listening->accept(false)));
    say({.seq = 1, .ack = 1});
    EXPECT_EQ(state(), TcpState::Established);
}

// With a FIN the peer would take this for the end of the stream.
TEST_F(TcpOpen, AConnectionThatCannotBeAcceptedForLackOfMemoryStaysInTheQueue) {
    listen();
    for (their_port = 1000; their_port < 1002; their_port++) {
        say({.flags = kSyn});
        our_iss += hear().seq;
        say({.seq = 1, .ack = 1});
    }
    fake::world().fail_at = 1;
    EXPECT_EQ(listening->accept(false).error(), Errno::NoMem);
    EXPECT_TRUE(silence());
    EXPECT_EQ(listening->poll(nullptr), u32{POLLIN | POLLRDNORM});
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(value_of(program->remote()), (SocketAddr{kPeer, 1000})) << "the oldest is still the first";
    keep(value_of(listening->accept(false)));
}

TEST_F(TcpOpen, SynFloodIsAnsweredWithCookies) {
    listen(8);
    for (u16 p = 0; p < TcpListener::kMaxHalfOpen; p++) {
        their_port = static_cast<u16>(1000 + p);
        say({.flags = kSyn});
    }
    device.sent.clear();
    their_port = 5000;
    say({.flags = kSyn, .mss = 1300, .scale = 3, .sack_ok = true});
    Seg s = hear();
    our_iss += s.seq;
    EXPECT_TRUE(s.is(kSyn | kAck, s.seq, 1)) << s;
    EXPECT_EQ(s.mss, 1460);
    EXPECT_EQ(s.window, 65'535);
    EXPECT_EQ(s.scale, -1) << "a SYN cookie has no room for it";
    EXPECT_EQ(count(Stat::tcp_cookies_out), 1u);
    EXPECT_EQ(state(), TcpState::Closed) << "no state is kept";
    say({.seq = 1, .ack = 1, .data = text("me")});
    EXPECT_EQ(state(), TcpState::Established);
    program = keep(value_of(listening->accept(false)));
    EXPECT_EQ(as_text(receive().data), "me");
    EXPECT_EQ(info().tcpi_snd_mss, 1300u);
    device.sent.clear();
    their_port = 5001;
    say({.seq = 1, .ack = 12345});
    EXPECT_EQ(hear().flags, kRst) << "not a valid SYN cookie";
    EXPECT_EQ(count(Stat::tcp_cookies_in), 1u);
    EXPECT_EQ(count(Stat::tcp_cookies_bad), 1u);
    EXPECT_EQ(count(Stat::tcp_accepted), TcpListener::kMaxHalfOpen + 1u);
}

TEST_F(TcpOpen, CookiesGoStale) {
    listen(8);
    for (u16 p = 0; p < TcpListener::kMaxHalfOpen; p++) {
        their_port = static_cast<u16>(1000 + p);
        say({.flags = kSyn});
    }
    device.sent.clear();
    their_port = 5000;
    say({.flags = kSyn});
    our_iss += hear().seq;
    pass(seconds(127));
    device.sent.clear();
    say({.seq = 1, .ack = 1});
    EXPECT_EQ(state(), TcpState::Closed);
    EXPECT_EQ(hear().flags, kRst);
}

TEST_F(TcpOpen, IsnFollowsAClockAndASecret) {
    start_connect();
    const u32 first = our_iss;
    const TcpSecrets& secrets = stack->tcp().secrets();
    const TcpKey key{kOurs, kPeer, 1, 2}, other{kOurs, kPeer, 1, 3};
    const Instant now{1'000'000'000}, later = now + milliseconds(4);
    const TcpStart start = secrets.start(key, now);
    EXPECT_EQ(secrets.start(key, later).isn - start.isn, 1000);
    EXPECT_EQ(secrets.start(key, later).timestamp_offset, start.timestamp_offset);
    EXPECT_NE(start.isn, secrets.start(other, now).isn);
    EXPECT_NE(start.timestamp_offset, secrets.start(other, now).timestamp_offset);
    EXPECT_NE(secrets.start(key, Instant{}).isn.value(), start.timestamp_offset);
    EXPECT_NE(first, 0u);
}

TEST_F(TcpOpen, RefusesImpossibleAddresses) {
    Ref<Socket> s = socket();
    EXPECT_EQ(s->connect({kPeer, 0}, false).error(), Errno::AddrNotAvail);
    EXPECT_EQ(s->connect({{10, 0, 2, 255}, 80}, false).error(), Errno::AddrNotAvail);
    EXPECT_EQ(s->connect({{224, 0, 0, 1}, 80}, false).error(), Errno::AddrNotAvail);
    EXPECT_EQ(s->bind({kPeer, 80}).error(), Errno::AddrNotAvail);
    EXPECT_TRUE(silence());
}

TEST_F(TcpOpen, PortsAreClaimedOnce) {
    listen();
    Ref<Socket> other = socket();
    EXPECT_EQ(other->bind({{}, kOurPort}).error(), Errno::AddrInUse);
    EXPECT_EQ(other->bind({kOurs, kOurPort}).error(), Errno::AddrInUse);
    EXPECT_EQ(other->bind({{}, 0}).error(), Errno::None);
    EXPECT_GE(other->local().inet()->port, 49152);
    EXPECT_EQ(other->bind({{}, 81}).error(), Errno::Inval) << "it is already bound";
    listening->close();
    Ref<Socket> third = socket();
    EXPECT_EQ(third->bind({{}, kOurPort}).error(), Errno::None);
}

TEST_F(TcpOpen, ReuseaddrSharesWithConnectionsButNotListeners) {
    accept_one();
    listening->close();
    Ref<Socket> s = socket();
    EXPECT_EQ(s->bind({{}, kOurPort}).error(), Errno::AddrInUse) << "a connection uses the port";
    EXPECT_EQ(s->set_option(SOL_SOCKET, SO_REUSEADDR, as_option(1)).error(), Errno::None);
    EXPECT_EQ(s->bind({{}, kOurPort}).error(), Errno::None);
    EXPECT_EQ(s->listen(1).error(), Errno::None);
    Ref<Socket> t = socket();
    EXPECT_EQ(t->set_option(SOL_SOCKET, SO_REUSEADDR, as_option(1)).error(), Errno::None);
    EXPECT_EQ(t->bind({{}, kOurPort}).error(), Errno::AddrInUse);
}

TEST_F(TcpOpen, MemoryMayBeShort) {
    listen();
    fake::world().pages_left = 0;
    MbufQueue hoard;
    while (MbufPtr m = Mbuf::alloc()) hoard.push_tail(std::move(m));
    Ref<Socket> s;
    auto opened = open_tcp(*stack);
    if (opened.ok()) {
        s = keep(std::move(opened).value());
        const Errno e = s->connect({kPeer, 80}, false).error();
        EXPECT_TRUE(e == Errno::NoMem || e == Errno::InProgress);
    }
    hoard.clear();
    fake::world().pages_left = -1;
}

}  // namespace
