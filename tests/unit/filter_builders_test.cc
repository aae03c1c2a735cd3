// The builders accept exactly what they say. Each test spoils one field of a frame that is accepted: those of
// Barrelfish looked at fixed offsets only, without Ethernet type, header length and fragments.
#include "net/filter/builders.h"

#include "fake/packets.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "unit/filter_kit.h"

namespace net {
namespace {

using packets::Packet;

constexpr MacAddr kOurs{{0x52, 0x54, 0, 0x12, 0x34, 0x56}}, kTheirs{{0x52, 0x55, 10, 0, 2, 2}};
constexpr Ipv4Addr kLocal(10, 0, 2, 15), kRemote(10, 0, 2, 2);
constexpr u16 kLocalPort = 2000, kRemotePort = 53;
constexpr usize kIp = 14;

Packet received(u8 protocol, const Packet& segment, const Packet& options = {}, u16 flags_offset = 0) {
    const packets::Ip header = {.src = kRemote,
                                .dst = kLocal,
                                .protocol = protocol,
                                .options = options,
                                .flags_offset = flags_offset};
    return packets::ether(kOurs, kTheirs, EtherType::Ipv4, packets::ipv4(header, segment));
}

Packet ports(u16 src = kRemotePort, u16 dst = kLocalPort) {
    return {static_cast<u8>(src >> 8),
            static_cast<u8>(src),
            static_cast<u8>(dst >> 8),
            static_cast<u8>(dst),
            0,
            12,
            0,
            0,
            1,
            2,
            3,
            4,
            0x50,
            2,
            0,
            0,
            0,
            0,
            0,
            0};
}

Packet udp_frame(const Packet& options = {}, u16 flags_offset = 0) {
    return received(static_cast<u8>(IpProtocol::Udp), ports(), options, flags_offset);
}
Packet tcp_frame() { return received(static_cast<u8>(IpProtocol::Tcp), ports()); }

Packet poke(Packet frame, usize at, Packet bytes) {
    std::copy(bytes.begin(), bytes.end(), frame.begin() + static_cast<i64>(at));
    return frame;
}

template <class Build, class... Arguments>
FilterProgram built(Build build, Arguments... arguments) {
    FilterProgram p;
    build(p, arguments...);
    return p;
}

const FilterEnds kReceived = {kRemote, kLocal, kRemotePort, kLocalPort};
const FilterEnds kLocalOnly = {{}, kLocal, 0, kLocalPort};

TEST(FilterBuilders, MacAddresses) {
    EXPECT_TRUE(built(build_dst_mac, kOurs).matches(udp_frame()));
    EXPECT_FALSE(built(build_dst_mac, kTheirs).matches(udp_frame()));
    EXPECT_TRUE(built(build_src_mac, kTheirs).matches(udp_frame()));
    EXPECT_FALSE(built(build_src_mac, kOurs).matches(udp_frame()));
    for (usize i = 0; i < 6; i++) {
        EXPECT_FALSE(built(build_dst_mac, kOurs).matches(poke(udp_frame(), i, {0xee})));
        EXPECT_FALSE(built(build_src_mac, kTheirs).matches(poke(udp_frame(), 6 + i, {0xee})));
    }
}

TEST(FilterBuilders, Ipv4) {
    EXPECT_TRUE(built(build_ipv4, FilterEnds{}).matches(udp_frame()));
    EXPECT_TRUE(built(build_ipv4, FilterEnds{kRemote, kLocal}).matches(tcp_frame()));
    EXPECT_TRUE(built(build_ipv4, FilterEnds{kRemote, {}}).matches(tcp_frame()));
    EXPECT_FALSE(built(build_ipv4, FilterEnds{kLocal, kRemote}).matches(udp_frame()));
    EXPECT_FALSE(built(build_ipv4, FilterEnds{{}, kRemote}).matches(udp_frame()));
}

TEST(FilterBuilders, Protocols) {
    const Packet icmp =
        received(static_cast<u8>(IpProtocol::Icmp), packets::icmp(IcmpType::EchoReply, 0, 1, 1, {}));
    EXPECT_TRUE(built(build_icmp, kReceived).matches(icmp));
    EXPECT_FALSE(built(build_icmp, kReceived).matches(udp_frame()));
    EXPECT_TRUE(built(build_udp, kReceived).matches(udp_frame()));
    EXPECT_FALSE(built(build_udp, kReceived).matches(tcp_frame()));
    EXPECT_TRUE(built(build_tcp, kReceived).matches(tcp_frame()));
    EXPECT_FALSE(built(build_tcp, kReceived).matches(udp_frame()));
    EXPECT_FALSE(built(build_tcp, kReceived).matches(icmp));
}

TEST(FilterBuilders, PortsThatAreGivenMustBeThere) {
    EXPECT_TRUE(built(build_ether_dst_ipv4_udp, kOurs, kLocalOnly).matches(udp_frame()));
    const auto filter = built(build_ether_dst_ipv4_udp, kOurs, kReceived);
    const usize udp = kIp + 20;
    EXPECT_TRUE(filter.matches(udp_frame()));
    EXPECT_FALSE(filter.matches(poke(udp_frame(), udp, {0, 54})));
    EXPECT_FALSE(filter.matches(poke(udp_frame(), udp + 2, {0, 53})));
    EXPECT_TRUE(built(build_ether_dst_ipv4_udp, kOurs, kLocalOnly).matches(poke(udp_frame(), udp, {9, 9})));
    EXPECT_FALSE(built(build_ether_dst_ipv4_udp, kTheirs, kLocalOnly).matches(udp_frame()));
    EXPECT_TRUE(built(build_ether_dst_ipv4_tcp, kOurs, kReceived).matches(tcp_frame()));
    EXPECT_FALSE(built(build_ether_dst_ipv4_tcp, kOurs, kReceived).matches(udp_frame()));
}

TEST(FilterBuilders, CheckTheEthernetType) {
    for (const u8 low : {0x06, 0x01}) {
        EXPECT_FALSE(built(build_ether_dst_ipv4_udp, kOurs, kReceived).matches(poke(udp_frame(), 13, {low})));
        EXPECT_FALSE(built(build_ipv4, FilterEnds{}).matches(poke(udp_frame(), 13, {low})));
    }
    EXPECT_FALSE(built(build_udp, kReceived).matches(poke(udp_frame(), 12, {0x86, 0xdd})));
}

TEST(FilterBuilders, CheckTheVersionAndTheHeaderLength) {
    const auto filter = built(build_ether_dst_ipv4_udp, kOurs, kReceived);
    for (u32 byte = 0; byte < 256; byte++) {
        const bool valid = byte == 0x45;  // with more, the ports would be elsewhere
        EXPECT_EQ(filter.matches(poke(udp_frame(), kIp, {static_cast<u8>(byte)})), valid) << byte;
    }
    const auto any = built(build_ipv4, FilterEnds{});
    for (u32 byte = 0; byte < 256; byte++)
        EXPECT_EQ(any.matches(poke(udp_frame(), kIp, {static_cast<u8>(byte)})), byte >= 0x45 && byte <= 0x4f);
}

TEST(FilterBuilders, FindPortsBehindOptions) {
    const auto filter = built(build_ether_dst_ipv4_udp, kOurs, kReceived);
    for (usize words = 0; words <= 10; words++)
        EXPECT_TRUE(filter.matches(udp_frame(Packet(4 * words, 1)))) << words;
    // Where the port would be without options
    EXPECT_FALSE(filter.matches(received(17, ports(1, 1), ports())));
}

TEST(FilterBuilders, RefuseLaterFragments) {
    const auto filter = built(build_ether_dst_ipv4_udp, kOurs, kReceived);
    EXPECT_TRUE(filter.matches(udp_frame({}, Ipv4Header::kDontFragment)));
    EXPECT_TRUE(filter.matches(udp_frame({}, Ipv4Header::kMoreFragments)));  // the first has the ports
    EXPECT_FALSE(filter.matches(udp_frame({}, 1)));
    EXPECT_FALSE(filter.matches(udp_frame({}, 0x1000)));
    EXPECT_FALSE(filter.matches(udp_frame({}, Ipv4Header::kMoreFragments | 8)));
    EXPECT_TRUE(built(build_ipv4, FilterEnds{}).matches(udp_frame({}, 1)));  // looks at no port
}

TEST(FilterBuilders, RefuseAFrameThatIsTooShort) {
    const auto filter = built(build_ether_dst_ipv4_udp, kOurs, kReceived);
    const Packet frame = udp_frame();
    for (usize n = 0; n < kIp + 24; n++) EXPECT_FALSE(filter.matches(Bytes(frame).first(n))) << n;
    EXPECT_TRUE(filter.matches(Bytes(frame).first(kIp + 24)));
}

TEST(FilterBuilders, LetAnOwnerSendFromItsOwnAddressAndPortOnly) {
    const FilterEnds own = {kLocal, {}, kLocalPort, 0};
    const auto sent = [](MacAddr mac, Ipv4Addr ip, u16 port, u8 protocol) {
        const packets::Ip header = {.src = ip, .dst = kRemote, .protocol = protocol};
        return packets::ether(kTheirs, mac, EtherType::Ipv4, packets::ipv4(header, ports(port, 7)));
    };
    const auto udp = built(build_ether_src_ipv4_udp, kOurs, own),
               tcp = built(build_ether_src_ipv4_tcp, kOurs, own);
    EXPECT_TRUE(udp.matches(sent(kOurs, kLocal, kLocalPort, 17)));
    EXPECT_TRUE(tcp.matches(sent(kOurs, kLocal, kLocalPort, 6)));
    for (const auto& filter : {udp, tcp}) {
        const u8 protocol = filter == udp ? 17 : 6;
        EXPECT_FALSE(filter.matches(sent(kTheirs, kLocal, kLocalPort, protocol)));
        EXPECT_FALSE(filter.matches(sent(kOurs, kRemote, kLocalPort, protocol)));
        EXPECT_FALSE(filter.matches(sent(kOurs, kLocal, kLocalPort + 1, protocol)));
        EXPECT_FALSE(filter.matches(sent(kOurs, kLocal, kLocalPort, static_cast<u8>(23 - protocol))));
    }
}

Packet arp_frame(ArpOperation operation, MacAddr sender = kOurs, Ipv4Addr ip = kLocal,
                 MacAddr frame_src = kOurs) {
    return packets::ether(kTheirs, frame_src, EtherType::Arp,
                          packets::arp(operation, sender, ip, kTheirs, kRemote));
}

// Barrelfish's matched all ARP.
TEST(FilterBuilders, ArpRepliesAreNoRequests) {
    const auto filter = built(build_arp_reply);
    EXPECT_TRUE(filter.matches(arp_frame(ArpOperation::Reply)));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation::Request)));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation{3})));
    EXPECT_FALSE(filter.matches(poke(arp_frame(ArpOperation::Reply), 13, {0x35})));
    for (usize i = kIp; i < kIp + 6; i++)  // another hardware or protocol
        EXPECT_FALSE(filter.matches(poke(arp_frame(ArpOperation::Reply), i, {0xee}))) << i;
}

TEST(FilterBuilders, ArpThatIsSentTellsTheTruth) {
    const auto filter = built(build_arp_transmit, kOurs, kLocal);
    EXPECT_TRUE(filter.matches(arp_frame(ArpOperation::Request)));
    EXPECT_TRUE(filter.matches(arp_frame(ArpOperation::Reply)));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation{0})));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation{3})));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation::Reply, kTheirs)));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation::Reply, kOurs, kRemote)));
    EXPECT_FALSE(filter.matches(arp_frame(ArpOperation::Reply, kOurs, kLocal, kTheirs)));
}

TEST(FilterBuilders, AreShortAndLookAtHeadersOnly) {
    const auto port = built(build_ether_dst_ipv4_udp, kOurs, kReceived);
    EXPECT_LE(port.size(), 24u);
    EXPECT_LE(port.reach(), 128u);
    EXPECT_EQ(built(build_dst_mac, kOurs).reach(), 6u);
    EXPECT_EQ(built(build_arp_transmit, kOurs, kLocal).reach(), kIp + 18);
}

}  // namespace
}  // namespace net
