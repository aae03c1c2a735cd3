// The dump of what lies below IP: LLC, SNAP, spanning tree, LLDP, and the link types of captures.
#include "unit/dump_frames.h"

namespace net {
namespace {

std::string full_of(DumpLink link, const std::vector<u8>& packet) {
    return dump(packet, DumpMode::Full, link);
}
std::string brief_of(DumpLink link, const std::vector<u8>& packet) {
    return dump(packet, DumpMode::Brief, link);
}

const auto kPacket = ip(IpProtocol::Udp, udp("hello, world 1234"));

TEST(DumpLlc, SnapCarriesWhatEthernetTypesName) {
    const auto frame = dump_frame_of("snap");
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "Length: 53 bytes"));
    EXPECT_TRUE(has_line(text, "DSAP: 0xaa (SNAP)"));
    EXPECT_TRUE(has_line(text, "Control: 0x03 (UI)"));
    EXPECT_TRUE(has_line(text, "OUI: 0x000000 (Ethernet)"));
    EXPECT_TRUE(has_line(text, "Type: 0x0800 (IPv4)"));
    EXPECT_TRUE(has_line(text, "UDP length: 25 bytes"));
    EXPECT_EQ(brief(frame),
              "52:55:0a:00:02:02 > 52:54:00:12:34:56: IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 17\n");
}

TEST(DumpLlc, ACutHeaderIsReported) {
    for (const usize n : {15, 16, 17, 20, 21}) {
        EXPECT_NE(full(Bytes(dump_frame_of("snap")).first(n)).find("[truncated: a"), std::string::npos) << n;
    }
}

TEST(DumpStp, ShowsRootBridgeAndTimes) {
    const std::string text = full(dump_frame_of("stp"));
    EXPECT_TRUE(has_line(text, "Type: 0x00 (configuration)"));
    EXPECT_TRUE(has_line(text, "Flags: 0x01 (topology change)"));
    EXPECT_TRUE(has_line(text, "Root priority: 32768"));
    EXPECT_TRUE(has_line(text, "Root extension: 100"));
    EXPECT_TRUE(has_line(text, "Root MAC: 00:1c:0e:87:78:00"));
    EXPECT_TRUE(has_line(text, "Root path cost: 4"));
    EXPECT_TRUE(has_line(text, "Port: 0x8004"));
    EXPECT_TRUE(has_line(text, "Message age: 1.000 seconds"));
    EXPECT_TRUE(has_line(text, "Forward delay: 15.000 seconds"));
    EXPECT_EQ(text.find("Port role"), std::string::npos);
    EXPECT_TRUE(has_line(full(dump_frame_of("rstp")), "Port role: 3 (designated)"));
    EXPECT_TRUE(has_line(full(dump_frame_of("stp topology change")), "Type: 0x80 (topology change)"));
}

TEST(DumpLldp, ShowsEachTlv) {
    const std::string text = full(dump_frame_of("lldp"));
    EXPECT_TRUE(has_line(text, "Chassis: 4 (MAC) 00:01:30:f9:ad:a0"));
    EXPECT_TRUE(has_line(text, "Port: 5 (interface name) 1/1"));
    EXPECT_TRUE(has_line(text, "TTL: 120 seconds"));
    EXPECT_TRUE(has_line(text, "System name: S1"));
    EXPECT_TRUE(has_line(text, "Capabilities: 0x0014 (bridge, router), enabled 0x0010 (router)"));
    EXPECT_TRUE(has_line(text, "Management: 10.0.2.15, interface number 1, numbering 2 (ifIndex)"));
    EXPECT_TRUE(has_line(text, "Organization: OUI 00-12-0f, subtype 1, data 03 6c"));
}

TEST(DumpLink, RawIpIsToldByItsVersion) {
    EXPECT_EQ(brief_of(DumpLink::RawIp, kPacket), "IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 17\n");
    EXPECT_NE(full_of(DumpLink::RawIp, {0x77}).find("neither IPv4 nor IPv6"), std::string::npos);
    EXPECT_NE(full_of(DumpLink::RawIp, {}).find("neither IPv4 nor IPv6"), std::string::npos);
}

TEST(DumpLink, LinuxCookedHeaders) {
    const auto cooked = from_hex("00 04 00 01 00 06 52 54 00 12 34 56 00 00 08 00") + kPacket;
    const std::string text = full_of(DumpLink::LinuxCooked, cooked);
    EXPECT_TRUE(has_line(text, "Packet type: 4 (from this host)"));
    EXPECT_TRUE(has_line(text, "Hardware type: 1 (Ethernet)"));
    EXPECT_TRUE(has_line(text, "Address: 52 54 00 12 34 56 00 00"));
    EXPECT_TRUE(has_line(text, "Protocol: 0x0800 (IPv4)"));
    EXPECT_TRUE(has_line(text, "IP src: 10.0.2.2"));

    const auto second = from_hex("08 00 00 00 00 00 00 02 00 01 00 06 52 54 00 12 34 56 00 00") + kPacket;
    EXPECT_TRUE(has_line(full_of(DumpLink::LinuxCooked2, second), "Interface index: 2"));
    EXPECT_EQ(brief_of(DumpLink::LinuxCooked2, second), "IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 17\n");
}

TEST(DumpLink, LoopbackHeadersInEitherByteOrder) {
    for (const char* family : {"02 00 00 00", "00 00 00 02"}) {
        EXPECT_TRUE(
            has_line(full_of(DumpLink::Null, from_hex(family) + kPacket), "Address family: 2 (IPv4)"));
    }
    EXPECT_TRUE(has_line(full_of(DumpLink::Loop, from_hex("00 00 00 1e")), "Address family: 30 (IPv6)"));
}

TEST(DumpLink, PppWithAndWithoutAddressAndControl) {
    for (const char* header : {"ff 03 00 21", "00 21", "ff 03 21", "21"}) {
        EXPECT_EQ(brief_of(DumpLink::Ppp, from_hex(header) + kPacket),
                  "IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 17\n")
            << header;
    }
    EXPECT_EQ(brief_of(DumpLink::Ppp, from_hex("c0 21 01 02")), "PPP LCP (0xc021) length 2\n");
}

TEST(DumpLink, EveryLinkTypeSurvivesAnyBytes) {
    std::mt19937 random(4);
    for (int i = 0; i < 3000; i++) {
        std::vector<u8> packet(random() % 64);
        for (u8& byte : packet) byte = static_cast<u8>(random() % 3 ? random() : random() % 5);
        const DumpLink link{static_cast<u8>(random() % 7)};
        EXPECT_TRUE(full_of(link, packet).ends_with("\n\n"));
        EXPECT_TRUE(brief_of(link, packet).ends_with("\n"));
    }
}

}  // namespace
}  // namespace net
