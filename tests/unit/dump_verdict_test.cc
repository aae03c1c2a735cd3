// What the dump says of checksums and lengths that are easy to judge wrongly.
#include "unit/dump_frames.h"

namespace net {
namespace {

// A UDP datagram behind a loose source route whose pointer is at its first address; the sender's checksum is
// that of the final destination.
std::vector<u8> source_routed(u8 pointer, Ipv4Addr checksum_for) {
    auto header = bytes_of(Ipv4Header::make(kGateway, kGuest, IpProtocol::Udp, 12 + 9, 9));
    header[0] = 0x48;
    auto datagram = std::vector<u8>(8) + std::vector<u8>{'a'};
    emit_udp(datagram, kGateway, 99, checksum_for, 1024);
    return kEther + header + from_hex("83 0b") + std::vector<u8>{pointer} +
           from_hex("01 02 03 04 05 06 07 08 00") + datagram;
}

TEST(DumpVerdict, ASourceRouteEndsAtItsLastAddress) {
    const std::string text = full(source_routed(4, Ipv4Addr(5, 6, 7, 8)));
    const auto udp_part = text.substr(text.find("UDP HEADER"));
    EXPECT_NE(udp_part.find("(correct)"), std::string::npos) << text;
    const std::string wrong = full(source_routed(4, kGuest));
    EXPECT_NE(wrong.substr(wrong.find("UDP HEADER")).find("(wrong"), std::string::npos) << wrong;
}

TEST(DumpVerdict, ASourceRouteThatIsAtItsEndMeansTheAddressInTheHeader) {
    const std::string text = full(source_routed(12, kGuest));
    EXPECT_NE(text.substr(text.find("UDP HEADER")).find("(correct)"), std::string::npos) << text;
}

TEST(DumpVerdict, AUdpChecksumOfZeroIsSentAsOnes) {
    // The payload makes the sum zero; 0x1234 stands in the checksum field.
    auto datagram = udp(std::string(2, '\0'));
    const u16 sum = *header_of<be16>(Bytes(datagram).subspan(6));
    datagram = poke(datagram, 8, {static_cast<u8>(sum >> 8), static_cast<u8>(sum)});
    const auto frame = kEther + ip(IpProtocol::Udp, poke(datagram, 6, {0x12, 0x34}));
    EXPECT_TRUE(has_line(full(frame), "Checksum: 0x1234 (wrong, should be 0xffff)"));
    EXPECT_TRUE(has_line(full(kEther + ip(IpProtocol::Udp, poke(datagram, 6, {0xff, 0xff}))),
                         "Checksum: 0xffff (correct)"));
}

TEST(DumpVerdict, AFirstFragmentsChecksumIsNotJudged) {
    const auto frame = dump_frame_of("a first fragment");
    const u16 stored = *header_of<be16>(Bytes(frame).subspan(40));
    char line[80];
    std::snprintf(line, sizeof line, "Checksum: 0x%04x (not checked: the datagram is incomplete)", stored);
    EXPECT_TRUE(has_line(full(frame), line));
    EXPECT_EQ(brief(poke(frame, 40, {0x11, 0x11})).find("checksum"), std::string::npos);
}

TEST(DumpVerdict, OnlyArpRequestsAndRepliesAnnounce) {
    const auto arp = dump_frame_of("arp");
    const auto announcement = poke(arp, 38, {10, 0, 2, 2});
    EXPECT_NE(full(announcement).find("(announcement)"), std::string::npos);
    for (const u8 operation : {3, 4, 8, 9, 10}) {
        EXPECT_EQ(full(poke(announcement, 21, {operation})).find("announcement"), std::string::npos)
            << +operation;
    }
    const auto nobody = poke(poke(arp, 28, {0, 0, 0, 0}), 38, {0, 0, 0, 0});
    EXPECT_EQ(full(nobody).find("announcement"), std::string::npos) << full(nobody);
}

TEST(DumpVerdict, ACutPacketHasItsLengthAndWhatIsThere) {
    const auto frame = udp_frame();
    std::string text;
    const TextSink sink{
        [](void* to, const char* run, usize n) { static_cast<std::string*>(to)->append(run, n); }, &text};
    dump_packet(sink, DumpLink::Ethernet, Bytes(frame).first(50), frame.size(), DumpMode::Full);
    EXPECT_TRUE(has_line(text, "Frame length: 59 bytes (50 here)"));
    EXPECT_TRUE(has_line(text, "Payload length: 17 bytes (8 here)"));
    EXPECT_TRUE(has_line(text, "Length: 17 bytes (8 here)"));
    EXPECT_EQ(text.find("truncated"), std::string::npos) << "the capture cut it, not the sender\n" << text;
}

TEST(DumpVerdict, ATotalLengthOfZeroMeansAllOfTheFrame) {
    const std::string text = full(dump_frame_of("a total length of 0"));
    EXPECT_NE(text.find("[the total length is 0"), std::string::npos) << text;
    EXPECT_TRUE(has_line(text, "UDP length: 25 bytes"));
    EXPECT_TRUE(has_line(text, "Payload length: 17 bytes"));
}

TEST(DumpVerdict, AnIpVersionThatIsNot6IsNoted) {
    const auto frame = dump_frame_of("ipv6");
    EXPECT_TRUE(has_line(full(poke(frame, 14, {0x45})), "[malformed: the version is 4, not 6]"));
    EXPECT_NE(brief(poke(frame, 14, {0x45})).find("[malformed: the version is 4, not 6]"), std::string::npos);
}

TEST(DumpVerdict, ALengthFieldOf802_3BoundsThePayload) {
    const std::string text = full(dump_frame_of("802.3"));
    EXPECT_TRUE(has_line(text, "Padding: 3 bytes behind the packet, all zero"));
    EXPECT_NE(full(poke(dump_frame_of("802.3"), 13, {200})).find("[malformed: the length says 200"),
              std::string::npos);
}

TEST(DumpVerdict, BriefKnowsThePortsOfCutPackets) {
    const auto frame = udp_frame();
    EXPECT_NE(brief(Bytes(frame).first(40)).find("10.0.2.2:99 > 10.0.2.15:1024: "), std::string::npos);
}

}  // namespace
}  // namespace net
