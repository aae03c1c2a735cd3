#include "abi/socket.h"
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

struct Icmp : NetTest {
    Icmp() {
        introduce(kGateway, kGatewayMac);
        introduce(kPeer, kPeerMac);
    }
    void receive(const Packet& message, Ipv4Addr src = kPeer, Ipv4Addr dst = kOurs, MacAddr mac = kOurMac) {
        receive_ip(packets::ipv4({.src = src, .dst = dst, .protocol = 1}, message), mac);
    }
    // Receives an ICMP error about a packet that the stack has sent.
    void receive_unreachable(u8 code, const Packet& about, usize quoted = 28, Ipv4Addr from = kGateway) {
        ASSERT_GE(about.size(), 14u);
        Packet quote(about.begin() + 14, about.end());
        if (quote.size() > quoted) quote.resize(quoted);
        receive(packets::icmp(IcmpType::Unreachable, code, 0, 0, quote), from);
    }
};

TEST_F(Icmp, AnswersAnEchoRequestWithItsOwnData) {
    receive(packets::icmp(IcmpType::EchoRequest, 0, 0x1234, 7, packets::filled(56)));
    const SentIp s(device.take_sent());
    EXPECT_EQ(s.ip.src, kOurs);
    EXPECT_EQ(s.ip.dst, kPeer);
    EXPECT_EQ(s.ip.ttl, 64);
    EXPECT_EQ(s.icmp().type, 0);
    EXPECT_EQ(s.icmp().identifier, 0x1234);
    EXPECT_EQ(s.icmp().sequence, 7);
    EXPECT_EQ(s.data(), packets::filled(56));
    EXPECT_EQ(count(Stat::icmp_echo_in), 1u);
}

// RFC 792: only the type changes. The checksum is verified by icmp().
TEST_F(Icmp, AnswersWithTheCodeOfTheRequest) {
    receive(packets::icmp(IcmpType::EchoRequest, 5, 0x1234, 7, packets::filled(56)));
    EXPECT_EQ(SentIp(device.take_sent()).icmp().code, 5);
}

TEST_F(Icmp, AnswersTheLongestAndTheShortestEcho) {
    for (usize n : {0, 1, 1472}) {
        receive(packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::filled(n)));
        EXPECT_EQ(SentIp(device.take_sent()).data().size(), n);
    }
}

TEST_F(Icmp, DoesNotAnswerAnEchoToEverybody) {
    for (Ipv4Addr dst : {Ipv4Addr{10, 0, 2, 255}, Ipv4Addr{255, 255, 255, 255}}) {
        receive(packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {}), kPeer, dst, MacAddr::broadcast());
    }
    nothing_was_sent();
    EXPECT_EQ(count(Stat::icmp_unknown), 2u);
}

TEST_F(Icmp, DropsAnAnswerThatTheRingHasNoRoomFor) {
    device.room = 0;
    receive(packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {}));
    EXPECT_EQ(count(Stat::tx_ring_full), 1u);
    EXPECT_EQ(device.waits, 0u) << "the receive path never waits";
}

TEST_F(Icmp, DropsMalformedMessages) {
    const Packet good = packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::text("data"));
    for (usize n = 0; n < good.size(); n++)
        receive(Packet(good.begin(), good.begin() + static_cast<long>(n)));
    Packet bad = good;
    bad[9] ^= 1;
    receive(bad);
    EXPECT_EQ(count(Stat::icmp_bad), good.size() + 1);
    receive({8, 0, 0xf7, 0xff});
    EXPECT_EQ(count(Stat::icmp_bad), good.size() + 2) << "its checksum is right, but it has no whole header";
    nothing_was_sent();
}

TEST_F(Icmp, IgnoresWhatItDoesNotKnow) {
    for (IcmpType t :
         {IcmpType::Redirect, IcmpType::TimestampRequest, IcmpType::SourceQuench, IcmpType{255}}) {
        receive(packets::icmp(t, 0, 1, 1, packets::filled(28)));
    }
    EXPECT_EQ(count(Stat::icmp_unknown), 4u);
    nothing_was_sent();
}

// --- unreachable, sent ---

TEST_F(Icmp, QuotesThePacketThatFoundNoPort) {
    const Packet packet = packets::udp_packet({kPeer, kOurs, 1111, 2222}, packets::text("to nobody"));
    receive_ip(packet);
    const SentIp s(device.take_sent());
    EXPECT_EQ(s.ip.dst, kPeer);
    EXPECT_EQ(s.icmp().type, 3);
    EXPECT_EQ(s.icmp().code, 3);
    EXPECT_EQ(s.data(), Packet(packet.begin(), packet.begin() + 28));
    EXPECT_EQ(count(Stat::icmp_unreachable_out), 1u);
}

TEST_F(Icmp, QuotesTheOptionsToo) {
    const Packet packet =
        packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 17, .options = Packet(40, 1)},
                      packets::udp({kPeer, kOurs, 1111, 2222}, packets::filled(100)));
    receive_ip(packet);
    EXPECT_EQ(SentIp(device.take_sent()).data(), Packet(packet.begin(), packet.begin() + 68));
}

TEST_F(Icmp, SaysNothingAboutABroadcast) {
    for (Ipv4Addr dst : {Ipv4Addr{10, 0, 2, 255}, Ipv4Addr{255, 255, 255, 255}}) {
        receive_ip(packets::udp_packet({kPeer, dst, 1111, 2222}, {}), MacAddr::broadcast());
        receive_ip(packets::ipv4({.src = kPeer, .dst = dst, .protocol = 99}, {}), MacAddr::broadcast());
    }
    nothing_was_sent();
    EXPECT_EQ(count(Stat::udp_no_socket), 2u);
    EXPECT_EQ(count(Stat::icmp_unreachable_out), 0u) << "none was made";
}

TEST_F(Icmp, SaysNothingAboutAnIcmpError) {
    const Packet about = packets::udp_packet({kOurs, kPeer, 1, 2}, {});
    receive(packets::icmp(IcmpType::Unreachable, 3, 0, 0, about));
    nothing_was_sent();
}

TEST_F(Icmp, LimitsHowOftenItSaysUnreachable) {
    const Packet packet = packets::udp_packet({kPeer, kOurs, 1111, 2222}, {});
    for (int i = 0; i < 200; i++) receive_ip(packet);
    EXPECT_EQ(device.sent.size(), 50u);
    EXPECT_EQ(count(Stat::icmp_rate_limited), 150u);
    fake::world().advance(milliseconds(100));
    for (int i = 0; i < 200; i++) receive_ip(packet);
    EXPECT_EQ(device.sent.size(), 60u);
}

TEST_F(Icmp, CountsAnAnswerWithoutHeadroom) {
    const Packet frame = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4,
                                        packets::udp_packet({kPeer, kOurs, 1111, 2222}, {}));
    MbufPtr m = new_mbuf(0);
    std::copy(frame.begin(), frame.end(), m->put(frame.size()));
    net_rx(device, std::move(m));  // removing the header frees 14 bytes; the reply needs 8 + 20 + 14
    EXPECT_EQ(count(Stat::no_mbuf), 1u);
    nothing_was_sent();
}

// --- unreachable, received ---

TEST_F(Icmp, TellsTheSocketWhyItsDatagramDidNotArrive) {
    struct {
        u8 code;
        Errno error;
    } const cases[] = {{0, Errno::NetUnreach},   {1, Errno::HostUnreach},  {2, Errno::NoProtoOpt},
                       {3, Errno::ConnRefused},  {4, Errno::MsgSize},      {5, Errno::HostUnreach},
                       {6, Errno::NetUnreach},   {7, Errno::HostUnreach},  {9, Errno::NetUnreach},
                       {10, Errno::HostUnreach}, {11, Errno::NetUnreach},  {12, Errno::HostUnreach},
                       {13, Errno::HostUnreach}, {255, Errno::HostUnreach}};
    auto s = udp_socket();
    const int want = IP_PMTUDISC_WANT;  // requests errors for too long packets
    EXPECT_OK(s->set_option(IPPROTO_IP, IP_MTU_DISCOVER, {reinterpret_cast<const u8*>(&want), sizeof want}));
    for (const auto& c : cases) {
        EXPECT_OK(write(*s, packets::text("hello")));
        receive_unreachable(c.code, device.take_sent());
        EXPECT_EQ(read(*s).error, c.error) << int{c.code};
    }
    EXPECT_EQ(count(Stat::icmp_unreachable_in), std::size(cases));
}

TEST_F(Icmp, TellsAPingSocketToo) {
    auto s = echo_socket(kPeer);
    EXPECT_OK(write(*s, packets::filled(56)));
    receive_unreachable(1, device.take_sent());
    EXPECT_EQ(read(*s).error, Errno::HostUnreach);
}

TEST_F(Icmp, BelievesNoErrorAboutWhatWasNotSent) {
    auto s = udp_socket();
    EXPECT_OK(write(*s, packets::text("hello")));
    const Packet sent = device.take_sent();
    for (usize at : {14 + 9, 14 + 15, 14 + 19, 14 + 21, 14 + 23}) {  // protocol, addresses, ports
        Packet other = sent;
        other[at] ^= 1;
        receive_unreachable(3, other);
    }
    s->set_receive_timeout(milliseconds(1));
    EXPECT_EQ(read(*s).error, Errno::TimedOut);
}

TEST_F(Icmp, SurvivesAQuoteCutAnywhere) {
    auto s = udp_socket();
    EXPECT_OK(write(*s, packets::text("hello")));
    const Packet sent = device.take_sent();
    for (usize n = 0; n < 28; n++) receive_unreachable(3, sent, n);
    s->set_receive_timeout(milliseconds(1));
    EXPECT_EQ(read(*s).error, Errno::TimedOut);
    receive_unreachable(3, sent, 28);
    EXPECT_EQ(read(*s).error, Errno::ConnRefused);
}

// --- ping sockets ---

TEST_F(Icmp, PingsAndReadsTheReply) {
    auto s = echo_socket(kPeer);
    EXPECT_OK(write(*s, packets::text("first")));
    EXPECT_OK(write(*s, packets::text("second")));
    const SentIp first(device.take_sent()), second(device.take_sent());
    EXPECT_EQ(first.icmp().type, 8);
    EXPECT_EQ(first.icmp().code, 0);
    EXPECT_EQ(first.icmp().sequence, 1);
    EXPECT_EQ(second.icmp().sequence, 2);
    EXPECT_EQ(first.icmp().identifier, second.icmp().identifier);
    EXPECT_EQ(as_text(second.data()), "second");

    receive(packets::icmp(IcmpType::EchoReply, 0, second.icmp().identifier, 2, second.data()));
    const ReadResult r = read(*s);
    // struct ping_reply in host byte order: sequence 2, TTL 61, padding.
    EXPECT_EQ(r.data, packets::join({2, 0, 61, 0}, packets::text("second")));
}

TEST_F(Icmp, PingsWithNoDataAndWithTheMost) {
    auto s = echo_socket(kPeer);
    for (usize n : {0, 1472}) {
        EXPECT_OK(write(*s, packets::filled(n)));
        const SentIp sent(device.take_sent());
        receive(packets::icmp(IcmpType::EchoReply, 0, sent.icmp().identifier, 1, sent.data()));
        EXPECT_EQ(read(*s).data.size(), n + 4);
    }
    EXPECT_ERROR(write(*s, packets::filled(65508)), MsgSize);
}

TEST_F(Icmp, CountsRepliesNobodyWaitsFor) {
    auto s = echo_socket(kPeer);
    EXPECT_OK(write(*s, {}));
    const u16 identifier = SentIp(device.take_sent()).icmp().identifier;
    receive(packets::icmp(IcmpType::EchoReply, 0, identifier, 1, {}), kGateway);  // from another host
    receive(packets::icmp(IcmpType::EchoReply, 0, static_cast<u16>(identifier + 1), 1, {}));
    EXPECT_EQ(count(Stat::icmp_echo_unmatched), 2u);
    EXPECT_EQ(s->queued(), 0u);
}

TEST_F(Icmp, BoundsThePingSocketsQueue) {
    auto s = echo_socket(kPeer);
    for (usize i = 0; i < DatagramSocket::kQueueLimit + 3; i++) {
        receive(packets::icmp(IcmpType::EchoReply, 0, endpoint_of(*s).key().local_port, 1, {}));
    }
    EXPECT_EQ(s->queued(), DatagramSocket::kQueueLimit);
    EXPECT_EQ(count(Stat::icmp_queue_full), 3u);
}

TEST_F(Icmp, GivesEachPingSocketItsOwnIdentifier) {
    fake::world().random = [] { return 41; };
    auto a = echo_socket(kPeer), b = echo_socket(kPeer), c = echo_socket(kGateway);
    EXPECT_EQ(endpoint_of(*a).key().local_port, 42);
    EXPECT_EQ(endpoint_of(*b).key().local_port, 43);
    EXPECT_EQ(endpoint_of(*c).key().local_port, 42) << "unique for each remote only";
}

}  // namespace
