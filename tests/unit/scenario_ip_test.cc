// Attacks and unusual packets below TCP that broke other stacks: options, fragments, source addresses, UDP
// lengths and checksums.
#include "net_test.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

constexpr u16 kMore = 0x2000;

struct IpScenario : NetTest {
    IpScenario() { introduce(kPeer, kPeerMac); }

    // Receives an echo request with these IP options. True: it was answered.
    bool answers_with(const Packet& options) {
        receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 1, .options = options},
                                 packets::icmp(IcmpType::EchoRequest, 0, 1, 1, text("?"))));
        return !device.take_sent().empty();
    }
    // Receives a fragment of packet 0x1234 from the peer.
    void fragment(usize offset, bool more, const Packet& payload, const Packet& options = {},
                  u8 protocol = 17) {
        receive_ip(packets::ipv4({.src = kPeer,
                                  .dst = kOurs,
                                  .protocol = protocol,
                                  .options = options,
                                  .flags_offset = static_cast<u16>(offset / 8 | (more ? kMore : 0))},
                                 payload));
    }
    // Receives [from, to) of `whole` as a fragment.
    void part(const Packet& whole, usize from, usize to) {
        fragment(from, to < whole.size(),
                 Packet(whole.begin() + static_cast<long>(from), whole.begin() + static_cast<long>(to)));
    }
    static Packet datagram(const Packet& payload) {
        return packets::udp({.src = kPeer, .dst = kOurs, .src_port = 7, .dst_port = 2000}, payload);
    }
    bool is_silent(Socket& s) {
        s.set_receive_timeout(milliseconds(1));
        return read(s).error == Errno::TimedOut;
    }
    usize held() { return stack->reassembly().fragments(); }
};

// --- source routes (RFC 791 section 3.1, RFC 1122 section 3.2.1.8)

TEST_F(IpScenario, ALooseSourceRouteThatGoesOnIsNotOurs) {
    EXPECT_FALSE(answers_with({131, 7, 4, 10, 0, 2, 99, 0}));
    EXPECT_EQ(count(Stat::ip_source_routed), 1u);
}
TEST_F(IpScenario, AStrictSourceRouteThatGoesOnIsNotOurs) {
    EXPECT_FALSE(answers_with({1, 137, 11, 8, 10, 0, 2, 98, 10, 0, 2, 99}));
    EXPECT_EQ(count(Stat::ip_source_routed), 1u);
}
TEST_F(IpScenario, ASourceRouteAtItsEndIsOurs) {
    EXPECT_TRUE(answers_with({131, 7, 8, 10, 0, 2, 99, 0}));
    EXPECT_TRUE(answers_with({137, 7, 8, 10, 0, 2, 99, 0}));
    EXPECT_TRUE(answers_with({131, 3, 4, 0})) << "without an address";
}
TEST_F(IpScenario, ASourceRouteWhosePointerIsInsideAnAddressGoesOn) {
    EXPECT_FALSE(answers_with({131, 7, 7, 10, 0, 2, 99, 0}));
}
TEST_F(IpScenario, ASourceRouteWithoutAPointerIsDropped) {
    EXPECT_FALSE(answers_with({131, 2, 0, 0}));
    EXPECT_FALSE(answers_with({131, 7, 0, 10, 0, 2, 99, 0})) << "the pointer is inside the option's header";
}
TEST_F(IpScenario, ASourceRouteIsFoundBehindOtherOptions) {
    EXPECT_FALSE(answers_with({1, 1, 148, 4, 0, 0, 131, 7, 4, 10, 0, 2, 99, 0, 0, 0}));
    EXPECT_TRUE(answers_with({0, 131, 7, 4, 10, 0, 2, 99})) << "ignored after the end of the options";
}
TEST_F(IpScenario, AFragmentWithASourceRouteIsNotKept) {
    fragment(0, true, filled(8), {131, 7, 4, 10, 0, 2, 99, 0});
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(count(Stat::ip_source_routed), 1u);
}
TEST_F(IpScenario, MalformedOptionsDoNoHarm) {
    for (const Packet& options :
         {Packet{7, 0, 0, 0}, Packet{7, 1, 0, 0}, Packet{68, 40, 5, 0}, Packet{255, 255, 255, 255}})
        (void)answers_with(options);
    EXPECT_TRUE(answers_with({}));
}
TEST_F(IpScenario, RecordRouteAndTimestampOptionsArePassedOver) {
    EXPECT_TRUE(answers_with({7, 7, 4, 0, 0, 0, 0, 0}));
    EXPECT_TRUE(answers_with({68, 8, 5, 0, 0, 0, 0, 0}));
}

// --- sources and destinations

TEST_F(IpScenario, MartianSourcesAreDropped) {
    const Ipv4Addr martians[] = {{0, 0, 0, 0},   {0, 1, 2, 3},    {127, 0, 0, 1},       {224, 0, 0, 1},
                                 {240, 0, 0, 1}, {10, 0, 2, 255}, {255, 255, 255, 255}, kOurs};
    for (const Ipv4Addr from : martians)
        receive_ip(packets::ipv4({.src = from, .dst = kOurs, .protocol = 1},
                                 packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {})));
    nothing_was_sent();
    EXPECT_EQ(count(Stat::ip_bad_source), std::size(martians));
}
TEST_F(IpScenario, PacketsForLoopbackDoNotComeFromTheWire) {
    receive_ip(packets::ipv4({.src = kPeer, .dst = {127, 0, 0, 1}, .protocol = 1},
                             packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {})));
    nothing_was_sent();
    EXPECT_EQ(count(Stat::ip_not_for_us), 1u);
}
TEST_F(IpScenario, TheSmurfAttackFindsNoAmplifierHere) {
    receive_ip(packets::ipv4({.src = kPeer, .dst = {10, 0, 2, 255}, .protocol = 1},
                             packets::icmp(IcmpType::EchoRequest, 0, 1, 1, filled(1000))),
               MacAddr::broadcast());
    nothing_was_sent();
}
TEST_F(IpScenario, APacketWhoseTtlIsZeroHasArrivedAllTheSame) {
    receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 1, .ttl = 0},
                             packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {})));
    EXPECT_FALSE(device.take_sent().empty()) << "RFC 1122 section 3.2.1.7: only a router checks the TTL";
}

// --- fragments

// CVE-1999-0015: the second fragment is inside the first, and its length minus the overlap is negative.
TEST_F(IpScenario, TeardropDropsTheWholePacket) {
    auto s = udp_socket(kPeer, 2000, 7);
    fragment(0, true, filled(40));
    fragment(24, false, filled(4));
    EXPECT_EQ(held(), 0u);
    part(datagram(filled(40)), 0, 24);
    part(datagram(filled(40)), 24, 48);
    EXPECT_TRUE(is_silent(*s)) << "RFC 5722: later fragments are dropped too";
}
TEST_F(IpScenario, AFragmentThatRewritesTheHeaderIsRefused) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(filled(56));
    part(whole, 0, 32);
    fragment(0, true, filled(16, 0x55));  // RFC 1858: overwrites the ports
    part(whole, 32, 64);
    EXPECT_TRUE(is_silent(*s));
    EXPECT_EQ(held(), 0u);
}
TEST_F(IpScenario, TinyFragmentsAreStillAPacket) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(filled(24));
    for (usize at = 0; at < whole.size(); at += 8) part(whole, at, at + 8);
    EXPECT_EQ(read(*s).data, filled(24));
}
// CVE-1999-0128: a last fragment that reaches beyond 65,535 bytes.
TEST_F(IpScenario, ThePingOfDeathIsRefused) {
    fragment(65528, false, filled(1000), {}, 1);
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(count(Stat::ip_fragments_dropped), 1u);
}
// With the first fragment's header of 60 bytes the packet is too long; with the other headers it would not
// be.
TEST_F(IpScenario, APacketTooLongForItsOwnHeaderIsRefused) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(filled(65'500));
    const usize first = 1440, step = 1480;
    fragment(0, true, Packet(whole.begin(), whole.begin() + first), Packet(40, 1));
    for (usize at = first; at < whole.size(); at += step) part(whole, at, std::min(at + step, whole.size()));
    EXPECT_EQ(count(Stat::ip_reassembled), 0u) << "60 + 65,508 bytes";
    EXPECT_EQ(held(), 0u);
    EXPECT_TRUE(is_silent(*s));
}
TEST_F(IpScenario, TheLongestPacketWithTheLongestHeaderIsTaken) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(filled(65'535 - 60 - 8));
    const usize first = 1440, step = 1480;
    fragment(0, true, Packet(whole.begin(), whole.begin() + first), Packet(40, 1));
    for (usize at = first; at < whole.size(); at += step) part(whole, at, std::min(at + step, whole.size()));
    EXPECT_EQ(read(*s, 70'000).data.size(), 65'535u - 60 - 8);
}
// The "Rose" attack: only first and last fragments. Their memory is bounded.
TEST_F(IpScenario, FragmentsWithoutAMiddleAreForgotten) {
    for (int i = 0; i < 1000; i++) {
        fragment(0, true, filled(32));
        fragment(64'800, false, filled(32));
    }
    EXPECT_LE(held(), 2u);
    fake::world().advance(seconds(61));
    EXPECT_EQ(held(), 0u);
    device.sent.clear();
}
TEST_F(IpScenario, AFragmentWithoutDataIsRefused) {
    fragment(0, true, {});
    fragment(8, false, {});
    EXPECT_EQ(held(), 0u);
}
TEST_F(IpScenario, TwoLastFragmentsThatDisagreeSpoilThePacket) {
    fragment(64, false, filled(8));
    fragment(128, false, filled(8));
    EXPECT_EQ(held(), 0u);
}
TEST_F(IpScenario, AFragmentedTcpSegmentIsTakenWhole) {
    Packet segment = packets::tcp_packet(
        {kPeer, kOurs, {.src_port = 9, .dst_port = 80, .seq = 5, .flags = TcpFlags::Syn}, 0}, filled(20));
    segment.erase(segment.begin(), segment.begin() + 20);
    fragment(0, true, Packet(segment.begin(), segment.begin() + 8), {}, 6);
    fragment(8, false, Packet(segment.begin() + 8, segment.end()), {}, 6);
    const SentIp answer(device.take_sent());
    EXPECT_EQ(answer.tcp().flags().bits, TcpFlags::Rst | TcpFlags::Ack) << "no listener";
    EXPECT_EQ(answer.tcp().ack, 5u + 1 + 20);
}

// --- UDP (RFC 768)

TEST_F(IpScenario, AUdpLengthBelowItsHeaderIsDropped) {
    auto s = udp_socket(kPeer, 2000, 7);
    for (u16 length = 0; length < 8; length++)
        receive_ip(packets::udp_packet({kPeer, kOurs, 7, 2000, length, u16{0}}, text("abc")));
    EXPECT_TRUE(is_silent(*s));
    EXPECT_EQ(count(Stat::udp_bad), 8u);
}
TEST_F(IpScenario, AUdpLengthBeyondThePacketIsDropped) {
    auto s = udp_socket(kPeer, 2000, 7);
    receive_ip(packets::udp_packet({kPeer, kOurs, 7, 2000, u16{12}, u16{0}}, text("abc")));
    receive_ip(packets::udp_packet({kPeer, kOurs, 7, 2000, u16{65535}, u16{0}}, text("abc")));
    EXPECT_TRUE(is_silent(*s));
    EXPECT_EQ(count(Stat::udp_bad), 2u);
}
TEST_F(IpScenario, AUdpChecksumOfZeroMeansNone) {
    auto s = udp_socket(kPeer, 2000, 7);
    receive_ip(packets::udp_packet({kPeer, kOurs, 7, 2000, {}, u16{0}}, text("trust me")));
    EXPECT_EQ(as_text(read(*s).data), "trust me");
}
TEST_F(IpScenario, AnEmptyDatagramIsADatagram) {
    auto s = udp_socket(kPeer, 2000, 7);
    receive_ip(packets::udp_packet({kPeer, kOurs, 7, 2000}, {}));
    const auto r = read(*s);
    EXPECT_EQ(r.error, Errno::None);
    EXPECT_TRUE(r.data.empty());
}
// CVE-1999-0103: a loop between two echo services. The stack has no built-in service.
TEST_F(IpScenario, AForgedDatagramBetweenTwoServicesEchoesOnce) {
    receive_ip(packets::udp_packet({kPeer, kOurs, 7, 7}, text("ping-pong")));
    EXPECT_EQ(device.sent.size(), 1u) << "port unreachable, which causes no reply";
    device.sent.clear();
}

}  // namespace
