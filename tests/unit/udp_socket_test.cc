// UDP and ICMP sockets with the POSIX calls: bind, connect, sendto, recvfrom, options, poll.
#include <map>

#include "abi/poll.h"
#include "abi/socket.h"
#include "net/proto/icmp.h"
#include "net_test.h"
#include "poll_counter.h"
#include "socket_listing.h"

using namespace net;
using packets::Packet;

namespace {

struct Received {
    Errno error;
    std::string text;
    SocketAddr from;
    bool operator==(const Received&) const = default;
};

struct UdpCalls : NetTest {
    UdpCalls() {
        introduce(kPeer, kPeerMac);
        introduce(kGateway, kGatewayMac);
    }
    OpenSocket open() { return OpenSocket(value_of(open_udp(*stack))); }
    OpenSocket bound(SocketAddr a) {
        auto s = open();
        EXPECT_OK(s->bind(a));
        return s;
    }
    static Result<usize> send_to(Socket& s, std::string_view text, SocketAddr to, int flags = 0) {
        return s.send({reinterpret_cast<uptr>(text.data())}, text.size(), flags, &to);
    }
    static Received receive(Socket& s, int flags = MSG_DONTWAIT, usize room = 100) {
        Packet buffer(room);
        SocketAddr from;
        const auto n = s.receive({reinterpret_cast<uptr>(buffer.data())}, room, flags, &from);
        const usize length = n.ok() ? std::min(n.value(), room) : 0;
        return {n.error(), std::string(buffer.begin(), buffer.begin() + static_cast<long>(length)), from};
    }
    void arrive(InetAddr from, InetAddr to, std::string_view text, MacAddr mac = kOurMac) {
        receive_ip(packets::udp_packet({from.addr, to.addr, from.port, to.port}, packets::text(text)), mac);
    }
    template <class T>
    static Result<> set(Socket& s, int level, int name, T value) {
        return s.set_option(level, name, {reinterpret_cast<const u8*>(&value), sizeof value});
    }
    static int get(Socket& s, int level, int name) {
        int value = -1;
        const auto n = s.get_option(level, name, {reinterpret_cast<u8*>(&value), sizeof value});
        EXPECT_EQ(n.error(), Errno::None);
        return value;
    }
};
using Bind = UdpCalls;
using SendTo = UdpCalls;
using ConnectUdp = UdpCalls;
using ReceiveFrom = UdpCalls;
using Options = UdpCalls;
using Poll = UdpCalls;
using IcmpSocket = UdpCalls;
using Shutdown = UdpCalls;

TEST_F(Bind, TakesDatagramsFromEverybody) {
    auto s = bound({{}, 2000});
    arrive({kPeer, 7}, {kOurs, 2000}, "one");
    arrive({kFar, 9}, {kOurs, 2000}, "two");
    EXPECT_EQ(receive(*s), (Received{Errno::None, "one", {kPeer, 7}}));
    EXPECT_EQ(receive(*s), (Received{Errno::None, "two", {kFar, 9}}));
    EXPECT_EQ(receive(*s).error, Errno::Again);
    EXPECT_EQ(s->local(), (SocketAddr{{}, 2000}));
    EXPECT_ERROR(s->remote(), NotConn);
}

TEST_F(Bind, RefusesWhatCannotBe) {
    auto s = bound({{}, 2000});
    EXPECT_ERROR(s->bind({{}, 2001}), Inval) << "it is already bound";
    auto other = open();
    EXPECT_ERROR(other->bind({{}, 2000}), AddrInUse);
    EXPECT_ERROR(other->bind({kPeer, 2001}), AddrNotAvail);
    EXPECT_ERROR(other->listen(1), OpNotSupp);
    EXPECT_ERROR(other->accept(true), OpNotSupp);
}

TEST_F(Bind, PicksAFreePort) {
    auto s = bound(InetAddr{});
    EXPECT_GE(s->local().inet()->port, 49152);
}

TEST_F(Bind, TheNearestEndpointGetsADatagram) {
    auto any = bound({{}, 2000}), ours = bound({kOurs, 2000});
    auto connected = udp_socket(kPeer, 2000, 7);
    arrive({kPeer, 7}, {kOurs, 2000}, "connected");
    arrive({kPeer, 8}, {kOurs, 2000}, "bound");
    EXPECT_EQ(receive(*connected).text, "connected");
    EXPECT_EQ(receive(*ours).text, "bound");
    EXPECT_EQ(receive(*any).error, Errno::Again);
}

TEST_F(Bind, TakesBroadcasts) {
    auto s = bound({{}, 68});
    arrive({kGateway, 67}, {{255, 255, 255, 255}, 68}, "offer", MacAddr::broadcast());
    arrive({kGateway, 67}, {{10, 0, 2, 255}, 68}, "too", MacAddr::broadcast());
    EXPECT_EQ(receive(*s), (Received{Errno::None, "offer", {kGateway, 67}}));
    EXPECT_EQ(receive(*s).text, "too");
}

TEST_F(SendTo, PicksALocalPortAndAddress) {
    auto s = open();
    EXPECT_OK(send_to(*s, "hello", {kPeer, 7}));
    const SentIp sent(device.take_sent());
    EXPECT_EQ(sent.ip.src, kOurs);
    EXPECT_EQ(sent.ip.dst, kPeer);
    EXPECT_EQ(sent.udp().dst_port, 7);
    EXPECT_EQ(sent.udp().src_port, s->local().inet()->port);
    arrive({kPeer, 7}, {kOurs, s->local().inet()->port}, "world");
    EXPECT_EQ(receive(*s).text, "world");
}

TEST_F(SendTo, NeedsADestinationThatCanBe) {
    auto s = open();
    EXPECT_ERROR(write(*s, packets::text("x")), DestAddrReq);
    EXPECT_ERROR(send_to(*s, "x", {kPeer, 0}), Inval);
    EXPECT_ERROR(send_to(*s, "x", {{}, 7}), AddrNotAvail);
    EXPECT_ERROR(send_to(*s, "x", {{224, 0, 0, 1}, 7}), AddrNotAvail);
    EXPECT_ERROR(send_to(*s, "x", {kPeer, 7}, MSG_OOB), OpNotSupp);
    nothing_was_sent();
}

TEST_F(SendTo, EverybodyOnlyWithPermission) {
    auto s = open();
    for (Ipv4Addr all : {Ipv4Addr{10, 0, 2, 255}, Ipv4Addr{255, 255, 255, 255}}) {
        EXPECT_OK(set(*s, SOL_SOCKET, SO_BROADCAST, 0));
        EXPECT_ERROR(send_to(*s, "x", {all, 7}), Access);
        EXPECT_OK(set(*s, SOL_SOCKET, SO_BROADCAST, 1));
        EXPECT_OK(send_to(*s, "x", {all, 7}));
        const SentIp sent(device.take_sent());
        EXPECT_EQ(sent.ether.dst, MacAddr::broadcast());
        EXPECT_EQ(sent.ip.dst, all);
        EXPECT_EQ(sent.ip.src, kOurs);
    }
}

TEST_F(SendTo, DoesNotWaitWhenToldSo) {
    auto s = open();
    device.room = 0;
    EXPECT_ERROR(send_to(*s, "x", {kPeer, 7}, MSG_DONTWAIT), Again);
    EXPECT_EQ(device.waits, 0u);
}

TEST_F(ConnectUdp, FixesTheOtherEndAndMayBeRepeatedAndUndone) {
    auto s = bound({{}, 2000});
    EXPECT_OK(s->connect({kPeer, 7}, true));
    EXPECT_EQ(s->local(), (SocketAddr{kOurs, 2000}));
    EXPECT_EQ(value_of(s->remote()), (SocketAddr{kPeer, 7}));
    arrive({kPeer, 8}, {kOurs, 2000}, "another port's");
    arrive({kPeer, 7}, {kOurs, 2000}, "mine");
    EXPECT_EQ(receive(*s).text, "mine");
    EXPECT_OK(write(*s, packets::text("x")));
    EXPECT_EQ(SentIp(device.take_sent()).ip.dst, kPeer);
    EXPECT_OK(s->connect({kGateway, 9}, true));
    EXPECT_EQ(value_of(s->remote()), (SocketAddr{kGateway, 9}));
    EXPECT_OK(s->connect({}, true));
    EXPECT_ERROR(s->remote(), NotConn);
    EXPECT_EQ(s->local(), (SocketAddr{{}, 2000}));
    arrive({kPeer, 8}, {kOurs, 2000}, "anybody's again");
    EXPECT_EQ(receive(*s).text, "anybody's again");
}

TEST_F(ConnectUdp, RefusesWhatCannotBe) {
    auto s = open();
    EXPECT_ERROR(s->connect({kPeer, 0}, true), Inval);
    EXPECT_ERROR(s->connect({{10, 0, 2, 255}, 7}, true), Access);
    EXPECT_OK(stack->routes().remove({}, *interface));
    EXPECT_ERROR(s->connect({kFar, 7}, true), NetUnreach);
    auto taken = udp_socket(kPeer, 2000, 7);
    auto other = bound({kOurs, 2000});
    EXPECT_ERROR(other->connect({kPeer, 7}, true), AddrInUse);
    EXPECT_ERROR(other->remote(), NotConn) << "nothing has changed";
}

TEST_F(ConnectUdp, OfAClosedSocketLeavesNothingInTheTable) {
    auto s = open();
    s->close();
    EXPECT_ERROR(s->connect({kPeer, 7}, true), BadF);
    EXPECT_ERROR(s->bind({{}, 2000}), BadF);
}

TEST_F(ConnectUdp, RefusesAddressesOfOtherFamilies) {
    const SocketAddr other = VsockAddr{2, 1024};
    for (auto& s :
         {open(), OpenSocket(value_of(open_tcp(*stack))), OpenSocket(value_of(open_icmp(*stack)))}) {
        EXPECT_ERROR(s->bind(other), AfNoSupport);
        EXPECT_ERROR(s->bind({}), AfNoSupport);
        EXPECT_ERROR(s->connect(other, false), AfNoSupport);
        EXPECT_EQ(s->local(), (SocketAddr{{}, 0}));
    }
    auto datagram = open();
    EXPECT_ERROR(send_to(*datagram, "x", other), AfNoSupport);
    EXPECT_ERROR(send_to(*datagram, "x", {}), AfNoSupport);
    EXPECT_ERROR(OpenSocket(value_of(open_tcp(*stack)))->connect({}, false), AfNoSupport);
    nothing_was_sent();
}

TEST_F(UdpCalls, OpenSaysWhichArgumentOfSocketIsNotKnown) {
    EXPECT_ERROR(stack->open_socket(AF_UNSPEC, SOCK_DGRAM, 0), AfNoSupport);
    EXPECT_ERROR(stack->open_socket(10, 99, 0), AfNoSupport) << "the family comes first";
    EXPECT_ERROR(stack->open_socket(AF_INET, SOCK_RAW, 0), SockTNoSupport);
    EXPECT_ERROR(stack->open_socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), ProtoNoSupport);
    EXPECT_ERROR(stack->open_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), ProtoNoSupport);
    EXPECT_ERROR(stack->open_socket(AF_INET, SOCK_STREAM, 256), Inval);
    EXPECT_EQ(stack->sockets_in_use(), 0u);
}

TEST_F(UdpCalls, TheListOfSocketsHasEveryKindOnce) {
    auto datagram = bound({kOurs, 2000});
    OpenSocket ping(value_of(stack->open_echo(kPeer))), listener(value_of(open_tcp(*stack)));
    EXPECT_OK(listener->bind({{}, 80}));
    EXPECT_OK(listener->listen(5));
    OpenSocket client(value_of(open_tcp(*stack)));
    EXPECT_ERROR(client->connect({kPeer, 99}, false), InProgress);
    arrive({kPeer, 7}, {kOurs, 2000}, "unread");
    SocketListing all;
    stack->list_sockets(all);
    std::map<const void*, socket_entry> found;
    for (const auto& [object, entry] : all.found) {
        EXPECT_TRUE(found.emplace(object, entry).second);
        EXPECT_EQ(entry.family, AF_INET);
    }
    EXPECT_EQ(found.size(), 4u);
    socket_entry e = found.at(datagram->in_tables());
    EXPECT_TRUE(e.type == SOCK_DGRAM && e.protocol == IPPROTO_UDP && e.receive_queue == 1 && !e.state);
    EXPECT_TRUE(e.local == kOurs.value() && e.local_port == 2000 && !e.remote && !e.remote_port);
    EXPECT_EQ(found.at(ping->in_tables()).protocol, IPPROTO_ICMP);
    e = found.at(listener->in_tables());
    EXPECT_TRUE(e.type == SOCK_STREAM && e.state == TCP_LISTEN && e.local_port == 80 && e.send_queue == 5);
    e = found.at(client->in_tables());
    EXPECT_TRUE(e.state == TCP_SYN_SENT && e.remote == kPeer.value() && e.remote_port == 99 && e.tcp.timer);
    (void)set(*client, SOL_SOCKET, SO_LINGER, ::linger{1, 0});
    device.sent.clear();
}

TEST_F(ReceiveFrom, LooksWithoutTaking) {
    auto s = bound({{}, 2000});
    arrive({kPeer, 7}, {kOurs, 2000}, "first");
    arrive({kPeer, 7}, {kOurs, 2000}, "second");
    EXPECT_EQ(receive(*s, MSG_PEEK).text, "first");
    EXPECT_EQ(receive(*s, MSG_PEEK, 2).text, "fi");
    EXPECT_EQ(receive(*s).text, "first");
    EXPECT_EQ(receive(*s).text, "second");
}

TEST_F(ReceiveFrom, TellsTheWholeLengthWhenAsked) {
    auto s = bound({{}, 2000});
    arrive({kPeer, 7}, {kOurs, 2000}, "long text");
    char c;
    EXPECT_EQ(value_of(s->receive({reinterpret_cast<uptr>(&c)}, 1, MSG_TRUNC, nullptr)), 9u);
}

TEST_F(ReceiveFrom, GivesUpInTimeWithTheErrorOfWhoeverSetTheTime) {
    auto s = bound({{}, 2000});
    EXPECT_OK(set(*s, SOL_SOCKET, SO_RCVTIMEO, sock_timeval{0, 250'000}));
    const Instant start = fake::world().now;
    EXPECT_EQ(receive(*s, 0).error, Errno::Again);
    EXPECT_EQ((fake::world().now - start).ms(), 250);
    s->set_receive_timeout(milliseconds(10));
    EXPECT_EQ(receive(*s, 0).error, Errno::TimedOut);
}

TEST_F(Options, ComeBackAsTheyWereSet) {
    auto s = open();
    for (int name : {SO_REUSEADDR, SO_BROADCAST, SO_KEEPALIVE}) {
        EXPECT_EQ(get(*s, SOL_SOCKET, name), 0);
        EXPECT_OK(set(*s, SOL_SOCKET, name, 5));
        EXPECT_EQ(get(*s, SOL_SOCKET, name), 1);
    }
    EXPECT_OK(set(*s, SOL_SOCKET, SO_RCVBUF, 1));
    EXPECT_EQ(get(*s, SOL_SOCKET, SO_RCVBUF), SocketOptions::kMinBuffer);
    EXPECT_OK(set(*s, SOL_SOCKET, SO_LINGER, ::linger{1, 5}));
    EXPECT_EQ(get(*s, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    EXPECT_EQ(get(*s, SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDP);
    EXPECT_EQ(get(*s, SOL_SOCKET, SO_ACCEPTCONN), 0);
    EXPECT_EQ(get(*s, IPPROTO_IP, IP_MTU_DISCOVER), IP_PMTUDISC_DONT);
    for (int how : {IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_DONT}) {
        EXPECT_OK(set(*s, IPPROTO_IP, IP_MTU_DISCOVER, how));
        EXPECT_EQ(get(*s, IPPROTO_IP, IP_MTU_DISCOVER), how);
    }
}

TEST_F(Options, RefuseWhatCannotBe) {
    auto s = open();
    EXPECT_ERROR(s->set_option(SOL_SOCKET, SO_BROADCAST, {}), Inval);
    EXPECT_ERROR(set(*s, SOL_SOCKET, SO_RCVTIMEO, sock_timeval{0, 1'000'000}), Dom);
    EXPECT_ERROR(set(*s, SOL_SOCKET, SO_TYPE, 1), NoProtoOpt);
    EXPECT_ERROR(set(*s, IPPROTO_TCP, TCP_NODELAY, 1), NoProtoOpt);
    EXPECT_ERROR(set(*s, IPPROTO_IP, IP_RECVERR, 1), NoProtoOpt);
    EXPECT_ERROR(set(*s, IPPROTO_IP, IP_TTL, 256), Inval);
    EXPECT_ERROR(set(*s, IPPROTO_IP, IP_TTL, 0), Inval);
    EXPECT_ERROR(set(*s, IPPROTO_IP, 12345, 0), NoProtoOpt);
}

TEST_F(Options, OfIpAreInTheHeaders) {
    auto s = udp_socket(kPeer);
    EXPECT_OK(set(*s, IPPROTO_IP, IP_TTL, 3));
    EXPECT_OK(set(*s, IPPROTO_IP, IP_TOS, 0x10));
    EXPECT_OK(set(*s, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT));
    EXPECT_OK(write(*s, packets::text("x")));
    const SentIp sent(device.take_sent());
    EXPECT_EQ(sent.ip.ttl, 3);
    EXPECT_EQ(sent.ip.tos, 0x10);
    EXPECT_TRUE(sent.ip.dont_fragment());
}

TEST_F(Options, MayForbidFragments) {
    auto s = udp_socket(kPeer);
    EXPECT_OK(set(*s, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO));
    EXPECT_ERROR(write(*s, packets::filled(1473)), MsgSize);
    EXPECT_OK(write(*s, packets::filled(1472)));
}

TEST_F(Options, TheErrorIsTakenByAskingForIt) {
    auto s = udp_socket(kPeer);
    endpoint_of(*s).report(Errno::ConnRefused);
    EXPECT_EQ(get(*s, SOL_SOCKET, SO_ERROR), 111);
    EXPECT_EQ(get(*s, SOL_SOCKET, SO_ERROR), 0);
}

TEST_F(Options, ASmallReceiveBufferHoldsLess) {
    auto s = bound({{}, 2000});
    EXPECT_OK(set(*s, SOL_SOCKET, SO_RCVBUF, 4096));
    for (int i = 0; i < 3; i++) arrive({kPeer, 7}, {kOurs, 2000}, "x");
    EXPECT_EQ(s->queued(), 2u);
}

// --- poll ---

TEST_F(Poll, TellsWhatASocketIsReadyFor) {
    auto s = bound({{}, 2000});
    EXPECT_EQ(s->poll(nullptr), u32{POLLOUT | POLLWRNORM});
    arrive({kPeer, 7}, {kOurs, 2000}, "x");
    EXPECT_TRUE(s->poll(nullptr) & POLLIN);
    endpoint_of(*s).report(Errno::ConnRefused);
    EXPECT_TRUE(s->poll(nullptr) & POLLERR);
}

TEST_F(Poll, WakesWhoeverWatchesAtEachChange) {
    auto s = udp_socket(kPeer, 2000, 7);
    PollCounter poll;
    s->poll(&poll.entry);
    s->poll(&poll.entry);
    EXPECT_EQ(poll.wakes, 0);
    arrive({kPeer, 7}, {kOurs, 2000}, "x");
    EXPECT_EQ(poll.wakes, 1);
    endpoint_of(*s).report(Errno::ConnRefused);
    EXPECT_EQ(poll.wakes, 2);
    s->unwatch(poll.entry);
    s->unwatch(poll.entry);
    arrive({kPeer, 7}, {kOurs, 2000}, "x");
    EXPECT_EQ(poll.wakes, 2);
}

// --- shutdown ---

TEST_F(Shutdown, EndsOneDirectionOrBoth) {
    auto s = udp_socket(kPeer, 2000, 7);
    EXPECT_ERROR(s->shutdown(3), Inval);
    EXPECT_OK(s->shutdown(SHUT_WR));
    EXPECT_ERROR(write(*s, packets::text("x")), Pipe);
    arrive({kPeer, 7}, {kOurs, 2000}, "last");
    EXPECT_OK(s->shutdown(SHUT_RD));
    arrive({kPeer, 7}, {kOurs, 2000}, "too late");
    EXPECT_EQ(receive(*s, 0).text, "last");
    EXPECT_EQ(receive(*s, 0), (Received{Errno::None, "", {}}));
    EXPECT_TRUE(s->poll(nullptr) & POLLHUP);
    EXPECT_ERROR(open()->shutdown(SHUT_RD), NotConn);
}

TEST_F(Shutdown, WakesABlockedReader) {
    auto s = udp_socket(kPeer, 2000, 7);
    fake::world().on_wait = [&]() -> Result<> { return s->shutdown(SHUT_RD); };
    EXPECT_EQ(receive(*s, 0).error, Errno::None);
}

// --- ICMP sockets ---

std::string echo_request(u16 sequence, std::string_view data) {
    const Packet p = packets::icmp(IcmpType::EchoRequest, 0, 0, sequence, packets::text(data));
    return std::string(p.begin(), p.end());
}

TEST_F(IcmpSocket, SendsAndReceivesWholeMessages) {
    auto s = OpenSocket(value_of(open_icmp(*stack)));
    EXPECT_OK(send_to(*s, echo_request(9, "data"), {kPeer, 0}));
    const SentIp sent(device.take_sent());
    EXPECT_EQ(sent.icmp().type, 8);
    EXPECT_EQ(sent.icmp().sequence, 9);
    EXPECT_EQ(sent.icmp().identifier, s->local().inet()->port);
    const Packet reply =
        packets::icmp(IcmpType::EchoReply, 0, sent.icmp().identifier, 9, packets::text("data"));
    receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 1}, reply));
    EXPECT_EQ(receive(*s), (Received{Errno::None, std::string(reply.begin(), reply.end()), {kPeer, 0}}));
}

TEST_F(IcmpSocket, SendsNothingButEchoRequests) {
    auto s = OpenSocket(value_of(open_icmp(*stack)));
    EXPECT_ERROR(send_to(*s, "short", {kPeer, 0}), Inval);
    std::string redirect = echo_request(1, "");
    redirect[0] = 5;
    EXPECT_ERROR(send_to(*s, redirect, {kPeer, 0}), Inval);
    nothing_was_sent();
}

TEST_F(IcmpSocket, GetsWhatRoutersSayWhenItAsks) {
    auto s = OpenSocket(value_of(open_icmp(*stack)));
    EXPECT_OK(set(*s, IPPROTO_IP, IP_TTL, 1));
    EXPECT_OK(set(*s, IPPROTO_IP, IP_RECVERR, 1));
    EXPECT_OK(send_to(*s, echo_request(1, "data"), {kFar, 0}));
    const SentIp sent(device.take_sent());
    EXPECT_EQ(sent.ip.ttl, 1);
    const Packet quote(sent.bytes.begin() + 14, sent.bytes.begin() + 14 + 28);
    const Packet expired = packets::icmp(IcmpType::TimeExceeded, 0, 0, 0, quote);
    receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1}, expired));
    EXPECT_EQ(receive(*s),
              (Received{Errno::None, std::string(expired.begin(), expired.end()), {kGateway, 0}}));
    EXPECT_EQ(count(Stat::icmp_time_exceeded_in), 1u);
}

}  // namespace
