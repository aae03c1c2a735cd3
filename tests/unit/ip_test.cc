#include "net/proto/ip.h"
#include "new_mbuf.h"

#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

struct Ip : NetTest {
    // Receives an echo request with these IP fields; expects a drop with this reason.
    void expect_dropped(Stat reason, const packets::Ip& fields, MacAddr dst = kOurMac) {
        const u64 before = count(reason);
        receive_ip(packets::ipv4(fields, packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {})), dst);
        EXPECT_EQ(count(reason), before + 1);
        nothing_was_sent();
    }
    static packets::Ip good() { return {.src = kPeer, .dst = kOurs, .protocol = 1}; }
};

TEST_F(Ip, DropsEachMalformedHeader) {
    for (u8 v : {0x00, 0x35, 0x44, 0x40, 0x65, 0x4f}) {  // versions, and IHL too small or too large
        auto f = good();
        f.version_ihl = v;
        expect_dropped(Stat::ip_bad_header, f);
    }
    for (u16 length : {0, 19, 0xffff}) {
        auto f = good();
        f.total_length = length;
        expect_dropped(Stat::ip_bad_header, f);
    }
}

TEST_F(Ip, DropsATruncatedPacket) {
    const Packet whole = packets::ipv4(good(), packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {}));
    for (usize n = 0; n < whole.size(); n++) {
        receive_ip(Packet(whole.begin(), whole.begin() + static_cast<long>(n)));
    }
    EXPECT_EQ(count(Stat::ip_bad_header), whole.size());
    nothing_was_sent();
}

TEST_F(Ip, DropsAWrongHeaderChecksum) {
    auto f = good();
    f.spoil_checksum = 1;
    expect_dropped(Stat::ip_bad_checksum, f);
}

TEST_F(Ip, DropsImpossibleSources) {
    for (Ipv4Addr a : {Ipv4Addr{}, kOurs, Ipv4Addr{127, 0, 0, 1}, Ipv4Addr{224, 0, 0, 1},
                       Ipv4Addr{240, 0, 0, 1}, Ipv4Addr{255, 255, 255, 255}, Ipv4Addr{10, 0, 2, 255}}) {
        auto f = good();
        f.src = a;
        expect_dropped(Stat::ip_bad_source, f);
    }
}

// RFC 1122 section 3.2.1.3: it is forged, or our own packet has come back.
TEST_F(Ip, DropsWhatComesFromTheAddressOfAnotherInterface) {
    FakeDevice other({{2, 0, 0, 0, 0, 1}}, "fake1");
    auto f = good();
    f.src = {10, 1, 0, 1};
    introduce(kGateway, kGatewayMac);
    receive_ip(packets::ipv4(f, packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {})));
    EXPECT_EQ(SentIp(device.take_sent()).ip.dst, f.src) << "a host behind the gateway";
    EXPECT_OK(stack->add_interface(other, {f.src, 24}));
    expect_dropped(Stat::ip_bad_source, f);
}

TEST_F(Ip, DropsWhatIsForOthers) {
    for (Ipv4Addr a : {kPeer, kFar, Ipv4Addr{}, Ipv4Addr{127, 0, 0, 1}, Ipv4Addr{224, 0, 0, 1}}) {
        auto f = good();
        f.dst = a;
        expect_dropped(Stat::ip_not_for_us, f);
    }
}

TEST_F(Ip, DropsAUnicastPacketInABroadcastFrame) {
    expect_dropped(Stat::ip_link_broadcast, good(), MacAddr::broadcast());
}

TEST_F(Ip, SkipsOptions) {
    introduce(kPeer, kPeerMac);
    for (usize words = 1; words <= 10; words++) {
        auto f = good();
        f.options = Packet(words * 4, 1);  // NOP
        receive_ip(packets::ipv4(f, packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::text("data"))));
        const SentIp s(device.take_sent());
        EXPECT_EQ(s.icmp().type, 0);
        EXPECT_EQ(as_text(s.data()), "data");
    }
    EXPECT_EQ(count(Stat::ip_in), 10u);
}

TEST_F(Ip, CutsOffThePaddingOfShortFrames) {
    introduce(kPeer, kPeerMac);
    Packet p = packets::ipv4(good(), packets::icmp(IcmpType::EchoRequest, 0, 1, 1, packets::text("x")));
    p.resize(46, 0xee);
    receive_ip(p);
    EXPECT_EQ(as_text(SentIp(device.take_sent()).data()), "x");
}

TEST_F(Ip, AcceptsDontFragmentAndAnyTypeOfService) {
    introduce(kPeer, kPeerMac);
    auto f = good();
    f.flags_offset = 0x4000;
    receive_ip(packets::ipv4(f, packets::icmp(IcmpType::EchoRequest, 0, 1, 1, {})));
    EXPECT_EQ(device.sent.size(), 1u);
}

TEST_F(Ip, TellsTheSenderOfAnUnknownProtocol) {
    introduce(kPeer, kPeerMac);
    receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 132}, packets::filled(20)));
    const SentIp s(device.take_sent());
    EXPECT_EQ(s.icmp().type, 3);
    EXPECT_EQ(s.icmp().code, 2);
    EXPECT_EQ(count(Stat::ip_unknown_protocol), 1u);
}

TEST_F(Ip, SendsAWholeHeader) {
    introduce(kGateway, kGatewayMac);
    MbufPtr m = new_mbuf();
    m->put(100);
    EXPECT_OK(ip_out(*stack, std::move(m), kOurs, kFar, IpProtocol::Udp, WhenFull::Drop));
    const SentIp s(device.take_sent());  // checks the lengths and the checksum
    EXPECT_EQ(s.ether.dst, kGatewayMac) << "via the gateway";
    EXPECT_EQ(s.ip.src, kOurs);
    EXPECT_EQ(s.ip.dst, kFar);
    EXPECT_EQ(s.ip.ttl, 64);
    EXPECT_EQ(s.ip.protocol, 17);
    EXPECT_FALSE(s.ip.dont_fragment()) << "DF is set only on request";
    EXPECT_FALSE(s.ip.is_fragment());
    EXPECT_EQ(count(Stat::ip_out), 1u);
}

TEST_F(Ip, RefusesABufferWithoutHeadroom) {
    introduce(kPeer, kPeerMac);
    EXPECT_ERROR(ip_out(*stack, new_mbuf(19), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop), NoBufs);
    EXPECT_ERROR(ip_out(*stack, new_mbuf(33), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop), NoBufs);
    EXPECT_EQ(count(Stat::no_mbuf), 2u);
}

TEST_F(Ip, CountsWhatHasNoRoute) {
    EXPECT_OK(stack->routes().remove({}, *interface));
    EXPECT_ERROR(ip_out(*stack, new_mbuf(), kOurs, kFar, IpProtocol::Udp, WhenFull::Drop), NetUnreach);
    EXPECT_EQ(count(Stat::ip_no_route), 1u);
}

TEST_F(Ip, WaitsForRoomInTheRingWhenAskedTo) {
    introduce(kPeer, kPeerMac);
    device.room = 0;
    EXPECT_ERROR(ip_out(*stack, new_mbuf(), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop), NoBufs);
    EXPECT_EQ(count(Stat::tx_ring_full), 1u);
    EXPECT_OK(ip_out(*stack, new_mbuf(), kOurs, kPeer, IpProtocol::Udp, WhenFull::Wait));
    EXPECT_EQ(device.waits, 1u);
    EXPECT_EQ(device.sent.size(), 1u);
}

TEST_F(Ip, EndsItsWaitWhenTheProcessIsKilled) {
    introduce(kPeer, kPeerMac);
    device.room = 0;
    device.on_wait = []() -> Result<> { return Errno::Intr; };
    EXPECT_ERROR(ip_out(*stack, new_mbuf(), kOurs, kPeer, IpProtocol::Udp, WhenFull::Wait), Intr);
}

TEST_F(Ip, TellsThatTheLinkIsDown) {
    introduce(kPeer, kPeerMac);
    device.up = false;
    EXPECT_ERROR(ip_out(*stack, new_mbuf(), kOurs, kPeer, IpProtocol::Udp, WhenFull::Wait), NetDown);
    EXPECT_EQ(count(Stat::tx_failed), 1u);
}

}  // namespace
