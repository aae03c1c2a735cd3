// The dump of IPv6 and its extension headers.
#include "unit/dump_net_frames.h"

namespace net {
namespace {

std::vector<u8> frame_named(const std::string& name) {
    for (const auto& f : ipv6_frames()) {
        if (f.name == name) return f.bytes;
    }
    ADD_FAILURE() << "no frame " << name;
    return {};
}
std::string full_of(const std::string& name) { return full(frame_named(name)); }
std::string brief_of(const std::string& name) { return brief(frame_named(name)); }

constexpr const char* kUdpEnds = "IP6 [2001:db8::1]:99 > [2001:db8::2]:1024: UDP length 3\n";

TEST(DumpIpv6, JudgesTheChecksumOfUdp) {
    EXPECT_TRUE(has_line(full_of("ipv6 udp"), "Checksum: 0xb496 (correct)"));
    EXPECT_EQ(brief_of("ipv6 udp"), kUdpEnds);
    EXPECT_TRUE(
        has_line(full_of("ipv6 udp without a checksum"), "Checksum: 0x0000 (none, which IPv6 forbids)"));
    EXPECT_EQ(brief_of("ipv6 udp without a checksum"),
              "IP6 [2001:db8::1]:99 > [2001:db8::2]:1024: UDP [no checksum, which IPv6 forbids] length 3\n");
}

TEST(DumpIpv6, DecodesOptions) {
    const std::string text = full_of("ipv6 hop-by-hop");
    EXPECT_TRUE(has_line(text, "Next header: 60 (destination options)"));
    EXPECT_TRUE(has_line(text, "----- HOP-BY-HOP OPTIONS -----"));
    EXPECT_TRUE(has_line(text, "Header length: 16 bytes"));
    EXPECT_TRUE(has_line(text, "Option: 5 (router alert): value 0 (MLD)"));
    EXPECT_TRUE(has_line(text, "Option: 1 (PadN): 1 bytes"));
    EXPECT_TRUE(has_line(text, "Option: 0 (Pad1)"));
    EXPECT_TRUE(has_line(text, "Option: 1 (PadN): 2 bytes"));
    EXPECT_TRUE(has_line(text, "----- DESTINATION OPTIONS -----"));
    EXPECT_TRUE(has_line(text, "Option: 4 (tunnel encapsulation limit): limit 4"));
    EXPECT_TRUE(has_line(text, "Checksum: 0xb496 (correct)"));
    EXPECT_EQ(brief_of("ipv6 hop-by-hop"), kUdpEnds);

    const std::string others = full_of("ipv6 options");
    EXPECT_TRUE(has_line(others, "Option: 201 (home address): address 2001:db8::9"));
    EXPECT_TRUE(has_line(others, "Option: 127 (unknown, discard the packet), data 07"));
    EXPECT_TRUE(has_line(others, "Checksum: 0xb496 (wrong, should be 0xb48e)"))
        << "the sum has the home address";
    const auto padded = poke(frame_named("ipv6 hop-by-hop"), 68, {9});
    EXPECT_TRUE(has_line(full(padded), "Option: 1 (PadN), data 00 09")) << full(padded);

    const std::string bad = full_of("ipv6 bad option");
    EXPECT_TRUE(has_line(bad, "[malformed: an option with an impossible length]"));
    EXPECT_TRUE(has_line(bad, "Option: 1e 05"));
}

TEST(DumpIpv6, TakesTheLengthOfAJumbogramFromItsOption) {
    const std::string text = full_of("ipv6 jumbo");
    EXPECT_TRUE(has_line(text, "Option: 194 (jumbo payload): payload length 19 bytes"));
    EXPECT_EQ(text.find("taken as"), std::string::npos);
    EXPECT_TRUE(has_line(text, "Checksum: 0xb496 (correct)"));
    const std::string longer = full(poke(frame_named("ipv6 jumbo"), 61, {20}));
    EXPECT_TRUE(has_line(longer, "[truncated: the payload length says 20 bytes, 19 are here]"));
}

TEST(DumpIpv6, SumsOverTheFinalDestinationOfARoutingHeader) {
    const std::string text = full_of("ipv6 source route");
    EXPECT_TRUE(has_line(text, "Routing type: 0 (source route)"));
    EXPECT_TRUE(has_line(text, "Segments left: 1"));
    EXPECT_TRUE(has_line(text, "Address: fe80::3"));
    EXPECT_NE(text.find("(correct)"), std::string::npos);
    const std::string arrived = full(poke(frame_named("ipv6 source route"), 57, {0}));
    EXPECT_NE(arrived.find("(wrong"), std::string::npos);

    const std::string segments = full_of("ipv6 segment routing");
    EXPECT_TRUE(has_line(segments, "Routing type: 4 (segment routing)"));
    EXPECT_TRUE(has_line(segments, "Last entry: 1"));
    EXPECT_TRUE(has_line(segments, "Tag: 0x0007"));
    EXPECT_TRUE(has_line(segments, "Address: 2001:db8::2"));
    EXPECT_TRUE(has_line(segments, "Data: 01 06 00 00 00 00 00 00"));
    EXPECT_NE(segments.find("(correct)"), std::string::npos);
    EXPECT_TRUE(has_line(full_of("ipv6 other routing"), "Data: 01 02 03 04"));
}

TEST(DumpIpv6, FragmentsAreAsThoseOfIpv4) {
    const std::string first = full_of("ipv6 first fragment");
    EXPECT_TRUE(has_line(first, "Fragment offset: 0 bytes"));
    EXPECT_TRUE(has_line(first, "More fragments: yes"));
    EXPECT_TRUE(has_line(first, "Identification: 0x0000002a (42)"));
    EXPECT_NE(first.find("(not checked: the datagram is incomplete)"), std::string::npos);
    EXPECT_EQ(brief_of("ipv6 first fragment"),
              "IP6 [2001:db8::1]:99 > [2001:db8::2]:1024: [fragment at 0, more follow] UDP length 3\n");

    const std::string last = full_of("ipv6 last fragment");
    EXPECT_TRUE(has_line(last, "Fragment offset: 184 bytes"));
    EXPECT_TRUE(has_line(last, "Contents: a fragment without a UDP header, which is in the first fragment"));
    EXPECT_EQ(last.find("UDP HEADER"), std::string::npos);
    EXPECT_EQ(brief_of("ipv6 last fragment"),
              "IP6 2001:db8::1 > 2001:db8::2: [fragment at 184, the last] UDP (17) length 11\n");
    EXPECT_TRUE(has_line(full_of("ipv6 atomic fragment"), "Checksum: 0xb496 (correct)"));
    EXPECT_EQ(brief_of("ipv6 atomic fragment"), kUdpEnds);
}

TEST(DumpIpv6, DecodesAhAndEsp) {
    const std::string text = full_of("ipv6 ah");
    EXPECT_TRUE(has_line(text, "SPI: 0x00000100 (256)"));
    EXPECT_TRUE(has_line(text, "Sequence number: 7"));
    EXPECT_TRUE(has_line(text, "ICV: 01 02 03 04 05 06 07 08 09 0a 0b 0c"));
    EXPECT_TRUE(has_line(text, "Checksum: 0xb496 (correct)"));
    EXPECT_TRUE(has_line(full_of("ipv6 short ah"), "[malformed: a length below the header's 12 bytes]"));
    EXPECT_TRUE(has_line(full_of("ah"), "----- UDP HEADER -----"));
    EXPECT_EQ(brief_of("ah"), "IP 10.0.2.2:99 > 10.0.2.15:1024: AH spi 256 seq 7 UDP length 1\n");
    EXPECT_TRUE(has_line(full_of("esp"), "0000 de ad be ef |....|"));
    EXPECT_EQ(brief_of("ipv6 esp"), "IP6 2001:db8::1 > 2001:db8::2: ESP spi 256 seq 7 length 12\n");
}

TEST(DumpIpv6, ShowsTheBytesOfWhatItDoesNotDecode) {
    EXPECT_TRUE(has_line(full_of("ipv6 mobility"), "Data: 05 00 00 00 00 00 00 00 00 00 00 00 00 00"));
    EXPECT_TRUE(has_line(full_of("ipv6 no next header"), "0000 01 02 03 |...|"));
    EXPECT_EQ(brief_of("ipv6 no next header"),
              "IP6 2001:db8::1 > 2001:db8::2: no next header (59) length 3\n");
    EXPECT_TRUE(
        has_line(full(poke(frame_named("ipv6 udp"), 14, {0x50})), "[malformed: the version is 5, not 6]"));
}

TEST(DumpIpv6, EndlessExtensionHeadersEnd) {
    const auto headers = std::vector<u8>(60'000);  // each names another hop-by-hop header
    EXPECT_LT(full(frame6(IpProtocol::HopByHop, headers)).size(), 400'000u);
    EXPECT_LT(brief(frame6(IpProtocol::HopByHop, headers)).size(), 200u);
}

}  // namespace
}  // namespace net
