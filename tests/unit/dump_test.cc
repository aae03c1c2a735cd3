#include "unit/dump_kit.h"

namespace net {
namespace {

// --- whole packets ---------------------------------------------------------------------------------------

TEST(DumpFull, ShowsTheLabsSynFieldByField) {
    EXPECT_EQ(full(from_hex(kSynFrame)), R"(----- MAC LAYER -----
Frame length:       58 bytes
MAC src:            52:55:0a:00:02:02
MAC dest:           52:54:00:12:34:56
Ethernet type:      0x0800 (IPv4)

----- IP HEADER -----
IP version:         4
Header length:      20 bytes
DSCP:               0 (CS0)
ECN:                0 (Not-ECT)
Total length:       44 bytes
Identification:     0x0004 (4)
IP flags:           0x0 (none)
Fragment offset:    0 bytes
TTL:                64
Protocol:           6 (TCP)
Checksum:           0x62b8 (correct)
IP src:             10.0.2.2
IP dest:            10.0.2.15

----- TCP HEADER -----
TCP src port:       47044
TCP dest port:      7
Sequence number:    9408001
Acknowledgment:     0
Header length:      24 bytes
TCP flags:          0x002 (SYN)
Window:             65535
Checksum:           0x39ba (correct)
Urgent pointer:     0
TCP option:         2 (MSS): 1460 bytes
Payload length:     0 bytes


)");
}

TEST(DumpFull, ShowsAPayloadAsHexAndCharacters) {
    const std::string text = full(udp_frame());
    EXPECT_TRUE(has_line(text, "UDP length: 25 bytes"));
    EXPECT_NE(text.find("----- PAYLOAD -----\n"
                        "Length:             17 bytes\n"
                        "0000  68 65 6c 6c 6f 2c 20 77  6f 72 6c 64 20 31 32 33  |hello, world 123|\n"
                        "0010  34                                                |4|\n"),
              std::string::npos)
        << text;
}

TEST(DumpFull, ShowsArpAndWhatItMeans) {
    const auto ether = poke(kEther, 12, {0x08, 0x06});
    const auto request =
        from_hex("00 01 08 00 06 04 00 01 52 55 0a 00 02 02 0a 00 02 02 00 00 00 00 00 00 0a 00 02 0f");
    const std::string text = full(ether + request + std::vector<u8>(18));
    EXPECT_TRUE(has_line(text, "Operation: 1 (request)"));
    EXPECT_TRUE(has_line(text, "Sender MAC: 52:55:0a:00:02:02"));
    EXPECT_TRUE(has_line(text, "Target IP: 10.0.2.15"));
    EXPECT_TRUE(has_line(text, "Meaning: who has 10.0.2.15? tell 10.0.2.2"));
    EXPECT_TRUE(has_line(text, "Padding: 18 bytes behind the packet, all zero"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 7, {2})), "Meaning: 10.0.2.2 is at 52:55:0a:00:02:02"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 14, {0, 0, 0, 0})),
                         "Meaning: who has 10.0.2.15? tell 0.0.0.0 (probe)"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 24, {10, 0, 2, 2})),
                         "Meaning: 10.0.2.2 is at 52:55:0a:00:02:02 (announcement)"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 7, {9})), "Operation: 9 (inverse reply)"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 5, {16})),
                         "[truncated: an address takes 16 bytes, 14 are here]"));
}

TEST(DumpFull, DecodesIpOptions) {
    auto header = from_hex(
        "4b b9 00 2c 00 00 40 00 01 59 00 00 0a 00 02 02 e0 00 00 05"
        "94 04 00 00 01 07 0b 08 01 02 03 04 05 06 07 08 88 02 00 00");
    header.resize(44);
    const std::string text = full(kEther + header);
    EXPECT_TRUE(has_line(text, "Header length: 44 bytes"));
    EXPECT_TRUE(has_line(text, "DSCP: 46 (EF)"));
    EXPECT_TRUE(has_line(text, "ECN: 1 (ECT(1))"));
    EXPECT_TRUE(has_line(text, "IP flags: 0x2 (don't fragment)"));
    EXPECT_TRUE(has_line(text, "Protocol: 89 (OSPF)"));
    EXPECT_TRUE(has_line(text, "IP option: 148 (router alert): value 0 (every router examines the packet)"));
    EXPECT_TRUE(has_line(text, "IP option: 1 (no operation)"));
    EXPECT_TRUE(has_line(text, "IP option: 7 (record route), pointer 8: 1.2.3.4 5.6.7.8"));
    EXPECT_TRUE(has_line(text, "IP option: 136 (stream identifier)"));
    EXPECT_TRUE(has_line(text, "IP option: 0 (end of options)"));
    EXPECT_TRUE(has_line(full(kEther + poke(header, 25, {7, 2})), "IP option: 7 (record route)"));
    EXPECT_TRUE(has_line(full(kEther + poke(header, 37, {99})),
                         "IP option: [malformed: impossible length] 88 63 00 00 00 00 00 00"));
}

TEST(DumpFull, DecodesTcpOptionsAndFlags) {
    const auto options = from_hex(
        "01 08 0a 00 00 00 0b 00 00 00 16 04 02 03 03 07"
        "05 12 00 00 00 01 00 00 00 05 00 00 00 09 00 00 00 0b 02 03 05 63 00");
    const auto frame = kEther + ip(IpProtocol::Tcp, tcp(0x178, options + std::vector<u8>(1), {'x'}));
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "TCP flags: 0x178 (PSH, ACK, URG, ECE, AE)"));
    EXPECT_TRUE(has_line(text, "TCP option: 1 (NOP)"));
    EXPECT_TRUE(has_line(text, "TCP option: 8 (timestamps): value 11, echo 22"));
    EXPECT_TRUE(has_line(text, "TCP option: 4 (SACK permitted)"));
    EXPECT_TRUE(has_line(text, "TCP option: 3 (window scale): shift by 7"));
    EXPECT_TRUE(has_line(text, "TCP option: 5 (SACK): 1-5, 9-11"));
    EXPECT_TRUE(has_line(text, "TCP option: 2 (MSS), data 05"));
    EXPECT_TRUE(has_line(text, "TCP option: [malformed: impossible length] 63 00 00"));
    EXPECT_TRUE(has_line(text, "Payload length: 1 bytes"));
    EXPECT_TRUE(has_line(full(poke(frame, 46, {0xff})), "Reserved bits: 0x7"));
}

TEST(DumpFull, ShowsIcmpByType) {
    const auto frame = [](IcmpType t, u8 code, u16 a, u16 b) {
        return full(kEther + ip(IpProtocol::Icmp, icmp(t, code, {'a', 'b'}, a, b)));
    };
    const std::string echo = frame(IcmpType::EchoRequest, 0, 7, 3);
    EXPECT_TRUE(has_line(echo, "Type: 8 (echo request)"));
    EXPECT_TRUE(has_line(echo, "Code: 0"));
    EXPECT_TRUE(has_line(echo, "Identifier: 0x0007 (7)"));
    EXPECT_TRUE(has_line(echo, "Sequence number: 3"));
    EXPECT_TRUE(has_line(echo, "Payload length: 2 bytes"));
    EXPECT_TRUE(has_line(frame(IcmpType::Unreachable, 4, 0, 1400), "Next-hop MTU: 1400 bytes"));
    EXPECT_TRUE(has_line(frame(IcmpType::Unreachable, 3, 0, 0), "Code: 3 (port unreachable)"));
    EXPECT_TRUE(has_line(frame(IcmpType::Redirect, 1, 0x0a00, 0x0209), "Gateway: 10.0.2.9"));
    EXPECT_TRUE(has_line(frame(IcmpType::TimeExceeded, 1, 0, 0), "Code: 1 (reassembly time exceeded)"));
    EXPECT_TRUE(has_line(frame(IcmpType::ParameterProblem, 0, 0x0900, 0), "Pointer: 9"));
    EXPECT_TRUE(has_line(frame(IcmpType{77}, 0, 0, 0), "Type: 77 (unknown)"));
}

TEST(DumpFull, FollowsTheQuoteOfAnIcmpErrorOnce) {
    const auto with_quote = [](const std::vector<u8>& quote) {
        return full(kEther + ip(IpProtocol::Icmp, icmp(IcmpType::Unreachable, 3, quote)));
    };
    auto quoted_tcp = ip(IpProtocol::Tcp, tcp(TcpFlags::Ack, {}, std::vector<u8>(900)));
    quoted_tcp.resize(28);
    const std::string text = with_quote(quoted_tcp);
    EXPECT_TRUE(has_line(text, "----- QUOTED IP HEADER -----"));
    EXPECT_TRUE(has_line(text, "Total length: 940 bytes"));
    EXPECT_TRUE(has_line(text, "----- QUOTED TCP HEADER -----"));
    EXPECT_TRUE(has_line(text, "Sequence number: 5"));
    EXPECT_EQ(text.find("Acknowledgment"), std::string::npos);
    EXPECT_EQ(text.find("truncated"), std::string::npos) << "a quoted packet is always short";
    EXPECT_TRUE(has_line(with_quote(ip(IpProtocol::Udp, udp("zz"))), "----- QUOTED UDP HEADER -----"));

    const std::string nested = with_quote(ip(IpProtocol::Icmp, icmp(IcmpType::TimeExceeded, 0, quoted_tcp)));
    EXPECT_TRUE(has_line(nested, "----- QUOTED ICMP -----"));
    EXPECT_TRUE(has_line(nested, "----- QUOTED PAYLOAD -----"));
    EXPECT_EQ(nested.find("QUOTED TCP"), std::string::npos);
}

TEST(DumpFull, FragmentsHaveNoTransportHeaderButTheFirst) {
    const std::string later = full(kEther + ip(IpProtocol::Udp, {'a', 'b'}, 185));
    EXPECT_TRUE(has_line(later, "Fragment offset: 1480 bytes"));
    EXPECT_TRUE(has_line(later, "Contents: a fragment without a UDP header, which is in the first fragment"));
    EXPECT_EQ(later.find("UDP HEADER"), std::string::npos);

    auto part = udp("0123456789abcdef");
    part.resize(16);
    const std::string first = full(kEther + ip(IpProtocol::Udp, part, Ipv4Header::kMoreFragments));
    EXPECT_TRUE(has_line(first, "IP flags: 0x1 (more fragments)"));
    EXPECT_TRUE(has_line(first, "UDP length: 24 bytes"));
    EXPECT_NE(first.find("(not checked: the datagram is incomplete)"), std::string::npos);
    EXPECT_EQ(first.find("malformed"), std::string::npos);
    for (IpProtocol p : {IpProtocol::Tcp, IpProtocol::Icmp}) {
        const auto frame = kEther + ip(p, tcp(0, {}), Ipv4Header::kMoreFragments);
        EXPECT_NE(full(frame).find("(not checked"), std::string::npos);
    }
}

TEST(DumpFull, JudgesChecksums) {
    const auto frame = udp_frame();
    EXPECT_TRUE(has_line(full(poke(frame, 24, {0xbe, 0xef})), "Checksum: 0xbeef (wrong, should be 0x62a7)"));
    const u16 right = *header_of<be16>(Bytes(frame).subspan(40));
    char line[64];
    std::snprintf(line, sizeof line, "Checksum: 0x1111 (wrong, should be 0x%04x)", right);
    EXPECT_TRUE(has_line(full(poke(frame, 40, {0x11, 0x11})), line));
    EXPECT_TRUE(has_line(full(poke(frame, 40, {0, 0})), "Checksum: 0x0000 (none)"));
}

TEST(DumpFull, NamesVlanTagsAndUnknownTypes) {
    const auto tagged =
        poke(kEther, 12, {0x88, 0xa8}) + from_hex("b0 2a 81 00 00 07 08 00") + ip(IpProtocol::Udp, udp("x"));
    const std::string text = full(tagged);
    EXPECT_TRUE(has_line(text, "Ethernet type: 0x88a8 (802.1ad service VLAN)"));
    EXPECT_TRUE(has_line(text, "VLAN: 42"));
    EXPECT_TRUE(has_line(text, "Priority: 5"));
    EXPECT_TRUE(has_line(text, "Drop eligible: yes"));
    EXPECT_TRUE(has_line(text, "VLAN: 7"));
    EXPECT_TRUE(has_line(text, "UDP src port: 99"));

    EXPECT_TRUE(has_line(full(poke(kEther, 12, {0x00, 0x26})), "Length: 38 bytes"));
    EXPECT_TRUE(has_line(full(poke(kEther, 12, {0x12, 0x34})), "Ethernet type: 0x1234 (unknown)"));
    EXPECT_TRUE(has_line(full(poke(kEther, 12, {0x81, 0x00}) + std::vector<u8>(3)),
                         "[truncated: a VLAN tag takes 4 bytes, 3 are here]"));
}

TEST(DumpFull, EndlessVlanTagsEnd) {
    auto frame = kEther;
    for (int i = 0; i < 300; i++) frame = poke(frame, frame.size() - 2, {0x81, 0x00}) + std::vector<u8>(4);
    const std::string text = full(poke(frame, frame.size() - 2, {0x81, 0x00}));
    EXPECT_TRUE(has_line(text, "----- PAYLOAD -----") || text.find("Ethernet type") != std::string::npos);
    EXPECT_LT(text.size(), 10'000u);
}

TEST(DumpFull, ShowsIpv6sFixedHeader) {
    const auto packet = from_hex(
        "60 12 34 56 00 03 fd 40 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01"
        "ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 02 61 62 63");
    const auto frame = poke(kEther, 12, {0x86, 0xdd}) + packet;
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "Traffic class: 0x01"));
    EXPECT_TRUE(has_line(text, "Flow label: 0x23456"));
    EXPECT_TRUE(has_line(text, "Next header: 253 (unknown)"));
    EXPECT_TRUE(has_line(text, "Hop limit: 64"));
    EXPECT_TRUE(has_line(text, "IP src: fe80::1"));
    EXPECT_TRUE(has_line(text, "IP dest: ff02::2"));
    EXPECT_TRUE(has_line(text, "Length: 3 bytes"));
    EXPECT_TRUE(has_line(full(Bytes(frame).first(frame.size() - 1)),
                         "[truncated: the payload length says 3 bytes, 2 are here]"));
    EXPECT_TRUE(
        has_line(full(Bytes(frame).first(50)), "[truncated: an IPv6 header takes 40 bytes, 36 are here]"));
}

// --- malformed packets ------------------------------------------------------------------------------------

TEST(DumpFull, SaysWhichLengthIsWrong) {
    const auto frame = udp_frame();
    EXPECT_TRUE(has_line(full(poke(frame, 14, {0x65})), "[malformed: the version is 6, not 4]"));
    EXPECT_TRUE(has_line(full(poke(frame, 14, {0x44})), "[malformed: a header length below 20 bytes]"));
    EXPECT_TRUE(
        has_line(full(poke(frame, 14, {0x4f})), "[truncated: the header takes 60 bytes, 45 are here]"));
    EXPECT_TRUE(
        has_line(full(poke(frame, 16, {0, 19})), "[malformed: the total length is below the header's]"));
    EXPECT_TRUE(
        has_line(full(poke(frame, 16, {0, 46})), "[truncated: the total length says 46 bytes, 45 are here]"));
    EXPECT_TRUE(has_line(full(poke(frame, 38, {0, 7})), "[malformed: a length below the header's 8 bytes]"));
    EXPECT_TRUE(has_line(full(poke(frame, 38, {0, 26})),
                         "[malformed: the length says 26 bytes, the IP packet has 25]"));
    EXPECT_TRUE(
        has_line(full(poke(frame, 38, {0, 20})), "Trailer: 5 bytes behind the UDP datagram, not all zero:"));
    const auto segment = kEther + ip(IpProtocol::Tcp, tcp(TcpFlags::Syn, {}));
    EXPECT_TRUE(has_line(full(poke(segment, 46, {0x40})), "[malformed: a header length below 20 bytes]"));
    EXPECT_TRUE(
        has_line(full(poke(segment, 46, {0x70})), "[truncated: the header takes 28 bytes, 20 are here]"));
}

TEST(DumpFull, TellsPaddingFromPacket) {
    EXPECT_TRUE(
        has_line(full(udp_frame() + std::vector<u8>(1)), "Padding: 1 bytes behind the packet, all zero"));
    EXPECT_TRUE(has_line(full(udp_frame() + std::vector<u8>{7}),
                         "Padding: 1 bytes behind the packet, not all zero:"));
}

TEST(DumpFull, OfACutFrameShowsWhatIsThere) {
    const auto frame = from_hex(kSynFrame);
    for (usize n = 0; n < frame.size(); n++) {
        const std::string text = full(Bytes(frame).first(n));
        EXPECT_NE(text.find("[truncated: "), std::string::npos) << n << " bytes:\n" << text;
        EXPECT_EQ(text.find("MAC dest:") != std::string::npos, n >= 6) << n;
        EXPECT_EQ(text.find("MAC src:") != std::string::npos, n >= 12) << n;
        EXPECT_EQ(text.find("TTL:") != std::string::npos, n >= 23) << n;
        EXPECT_EQ(text.find("TCP dest port:") != std::string::npos, n >= 38) << n;
        EXPECT_EQ(text.find("Window:") != std::string::npos, n >= 50) << n;
    }
}

TEST(DumpFull, OfEveryCutPacketEndsInABlankLine) {
    const auto quote = ip(IpProtocol::Udp, udp("quoted"));
    const std::vector<std::vector<u8>> frames = {
        udp_frame(), kEther + ip(IpProtocol::Icmp, icmp(IcmpType::EchoReply, 0, {1, 2, 3})),
        kEther + ip(IpProtocol::Icmp, icmp(IcmpType::Unreachable, 3, quote)),
        poke(kEther, 12, {0x08, 0x06}) + std::vector<u8>(28)};
    for (const auto& frame : frames) {
        for (usize n = 0; n <= frame.size(); n++) {
            const std::string text = full(Bytes(frame).first(n));
            EXPECT_TRUE(text.ends_with("\n\n")) << text;
            EXPECT_TRUE(brief(Bytes(frame).first(n)).ends_with("\n"));
        }
    }
}

}  // namespace
}  // namespace net
