#include "net/core/dump.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "net/wire/icmp.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

std::string dump(Bytes frame, DumpMode mode) {
    std::string text;
    const auto append = [](void* to, const char* run, usize n) {
        static_cast<std::string*>(to)->append(run, n);
    };
    dump_frame({append, &text}, frame, mode);
    return text;
}
std::string full(Bytes frame) { return dump(frame, DumpMode::Full); }
std::string brief(Bytes frame) { return dump(frame, DumpMode::Brief); }

// Does the text have this line (blanks run together)? Else: the text, for the message.
testing::AssertionResult has_line(const std::string& text, const std::string& line) {
    std::string squeezed = "\n";
    for (char c : text) {
        if (c != ' ' || squeezed.back() != ' ') squeezed += c;
    }
    if (squeezed.find("\n" + line + "\n") != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "no line \"" << line << "\" in:\n" << text;
}

constexpr Ipv4Addr kGateway(10, 0, 2, 2), kGuest(10, 0, 2, 15);

const auto kEther = from_hex("52 54 00 12 34 56  52 55 0a 00 02 02  08 00");

template <class Header>
std::vector<u8> bytes_of(const Header& h) {
    const auto* p = reinterpret_cast<const u8*>(&h);
    return {p, p + sizeof h};
}

std::vector<u8> ip(IpProtocol protocol, const std::vector<u8>& payload, u16 flags = 0) {
    return bytes_of(Ipv4Header::make(kGateway, kGuest, protocol, payload.size(), 9, 64, flags)) + payload;
}
std::vector<u8> udp(const std::string& text) {
    std::vector<u8> b(8);
    b.insert(b.end(), text.begin(), text.end());
    emit_udp(b, kGateway, 53, kGuest, 1024);
    return b;
}
std::vector<u8> icmp(IcmpType type, u8 code, const std::vector<u8>& payload, u16 a = 0, u16 b = 0) {
    auto m = std::vector<u8>(8) + payload;
    emit_icmp(m, type, code, a, b);
    return m;
}
std::vector<u8> tcp(u16 flags, const std::vector<u8>& options, const std::vector<u8>& payload = {}) {
    auto s = std::vector<u8>(20) + options + payload;
    emit_tcp(s, kGateway, kGuest, {1, 2, 5, 7, flags, 100, options.size()});
    return s;
}
std::vector<u8> udp_frame() { return kEther + ip(IpProtocol::Udp, udp("hello, world 1234")); }

std::vector<u8> poke(std::vector<u8> b, usize at, std::vector<u8> with) {
    std::copy(with.begin(), with.end(), b.begin() + static_cast<long>(at));
    return b;
}

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
    EXPECT_TRUE(has_line(text, "Padding: 18 bytes behind the ARP packet"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 7, {2})), "Meaning: 10.0.2.2 is at 52:55:0a:00:02:02"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 14, {0, 0, 0, 0})),
                         "Meaning: who has 10.0.2.15? tell 0.0.0.0 (probe)"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 24, {10, 0, 2, 2})),
                         "Meaning: 10.0.2.2 is at 52:55:0a:00:02:02 (announcement)"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 7, {9})), "Operation: 9 (unknown)"));
    EXPECT_TRUE(has_line(full(ether + poke(request, 5, {16})),
                         "[not IPv4 over Ethernet: addresses are not decoded]"));
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
    EXPECT_TRUE(has_line(text, "IP option: 148 (router alert), data 00 00"));
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
    EXPECT_EQ(text.find("truncated"), std::string::npos) << "a quote is short by design";
    EXPECT_TRUE(has_line(with_quote(ip(IpProtocol::Udp, udp("zz"))), "----- QUOTED UDP HEADER -----"));

    const std::string nested = with_quote(ip(IpProtocol::Icmp, icmp(IcmpType::TimeExceeded, 0, quoted_tcp)));
    EXPECT_TRUE(has_line(nested, "----- QUOTED ICMP -----"));
    EXPECT_TRUE(has_line(nested, "----- PAYLOAD -----"));
    EXPECT_EQ(nested.find("QUOTED TCP"), std::string::npos);
}

TEST(DumpFull, FragmentsHaveNoTransportHeaderButTheFirst) {
    const std::string later = full(kEther + ip(IpProtocol::Udp, {'a', 'b'}, 185));
    EXPECT_TRUE(has_line(later, "Fragment offset: 1480 bytes"));
    EXPECT_TRUE(has_line(later, "[fragment: the header of the protocol above is in the first one]"));
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
    EXPECT_TRUE(has_line(text, "UDP src port: 53"));

    EXPECT_TRUE(has_line(full(poke(kEther, 12, {0x00, 0x26})), "Ethernet type: 0x0026 (IEEE 802.3 length)"));
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
        "60 12 34 56 00 03 3a 40 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01"
        "ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 02 61 62 63");
    const auto frame = poke(kEther, 12, {0x86, 0xdd}) + packet;
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "Traffic class: 0x01"));
    EXPECT_TRUE(has_line(text, "Flow label: 0x23456"));
    EXPECT_TRUE(has_line(text, "Next header: 58 (ICMPv6)"));
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
    EXPECT_TRUE(has_line(full(poke(frame, 38, {0, 20})), "[5 bytes behind the datagram]"));
    const auto segment = kEther + ip(IpProtocol::Tcp, tcp(TcpFlags::Syn, {}));
    EXPECT_TRUE(has_line(full(poke(segment, 46, {0x40})), "[malformed: a header length below 20 bytes]"));
    EXPECT_TRUE(
        has_line(full(poke(segment, 46, {0x70})), "[truncated: the header takes 28 bytes, 20 are here]"));
}

TEST(DumpFull, TellsPaddingFromPacket) {
    EXPECT_TRUE(has_line(full(udp_frame() + std::vector<u8>(2)), "Padding: 2 bytes behind the IP packet"));
    EXPECT_TRUE(has_line(full(udp_frame() + std::vector<u8>{0, 7}),
                         "Padding: 2 bytes behind the IP packet, not all zero"));
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

// --- one line a packet ------------------------------------------------------------------------------------

TEST(DumpBrief, IsOneLine) {
    EXPECT_EQ(brief(from_hex(kSynFrame)),
              "IP 10.0.2.2:47044 > 10.0.2.15:7: TCP [SYN] seq 9408001 win 65535 <MSS 1460> length 0\n");
    EXPECT_EQ(brief(udp_frame()), "IP 10.0.2.2:53 > 10.0.2.15:1024: UDP length 17\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Icmp, icmp(IcmpType::EchoReply, 0, {1, 2}, 7, 3))),
              "IP 10.0.2.2 > 10.0.2.15: ICMP echo reply id 7 seq 3 length 2\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Gre, {1, 2})), "IP 10.0.2.2 > 10.0.2.15: GRE (47) length 2\n");
    EXPECT_EQ(brief(poke(kEther, 12, {0x88, 0xcc})),
              "52:55:0a:00:02:02 > 52:54:00:12:34:56 type 0x88cc (LLDP) length 0\n");
}

TEST(DumpBrief, ShowsTcpAcknowledgmentsAndOptions) {
    const auto options = from_hex("01 01 04 02 03 03 07 63 02 00 00 00");
    EXPECT_EQ(
        brief(kEther + ip(IpProtocol::Tcp, tcp(TcpFlags::Ack | TcpFlags::Syn, options, {1}))),
        "IP 10.0.2.2:1 > 10.0.2.15:2: TCP [SYN, ACK] seq 5 ack 7 win 100 <SACK permitted, window scale 7, "
        "unknown> length 1\n");
    EXPECT_NE(brief(kEther + ip(IpProtocol::Tcp, tcp(0, from_hex("02 09 00 00")))).find("[malformed option]"),
              std::string::npos);
}

TEST(DumpBrief, ShowsArp) {
    const auto ether = poke(kEther, 12, {0x08, 0x06});
    const auto request =
        from_hex("00 01 08 00 06 04 00 01 52 55 0a 00 02 02 0a 00 02 02 00 00 00 00 00 00 0a 00 02 0f");
    EXPECT_EQ(brief(ether + request), "ARP who has 10.0.2.15? tell 10.0.2.2\n");
    EXPECT_EQ(brief(ether + poke(request, 7, {2})), "ARP 10.0.2.2 is at 52:55:0a:00:02:02\n");
    EXPECT_EQ(brief(ether + poke(request, 7, {9})), "ARP operation 9\n");
    EXPECT_EQ(brief(ether), "ARP [malformed] length 0\n");
}

TEST(DumpBrief, ShowsWhatAnErrorIsAbout) {
    const auto error = [](const std::vector<u8>& quote) {
        return brief(kEther + ip(IpProtocol::Icmp, icmp(IcmpType::Unreachable, 3, quote)));
    };
    const std::string head = "IP 10.0.2.2 > 10.0.2.15: ICMP destination unreachable (port unreachable)";
    EXPECT_EQ(error(ip(IpProtocol::Udp, udp(""))),
              head + ", about UDP 10.0.2.2:53 > 10.0.2.15:1024 length 28\n");
    EXPECT_EQ(error(ip(IpProtocol::Icmp, icmp(IcmpType::EchoRequest, 0, {}))),
              head + ", about ICMP 10.0.2.2 > 10.0.2.15 length 28\n");
    EXPECT_EQ(error({}), head + " length 0\n");
}

TEST(DumpBrief, SaysWhatIsWrong) {
    const auto frame = udp_frame();
    const std::string line = "IP 10.0.2.2:53 > 10.0.2.15:1024: UDP length ";
    EXPECT_EQ(brief(Bytes(frame).first(5)), "[truncated: 5 bytes are no Ethernet frame]\n");
    EXPECT_EQ(brief(Bytes(frame).first(30)), "IP [malformed header] length 16\n");
    EXPECT_EQ(brief(Bytes(frame).first(50)),
              "IP 10.0.2.2 > 10.0.2.15: UDP (17) [truncated: 36 of 45 bytes]\n");
    EXPECT_EQ(brief(poke(frame, 24, {0, 0})), line + "17 [bad IP checksum]\n");
    EXPECT_EQ(brief(poke(frame, 40, {1, 1})), line + "17 [bad checksum]\n");
    EXPECT_EQ(brief(poke(frame, 38, {1, 1})), line + "249 [malformed length]\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Udp, {1})), "IP 10.0.2.2 > 10.0.2.15: UDP [malformed]\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Tcp, {1})), "IP 10.0.2.2 > 10.0.2.15: TCP [malformed]\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Icmp, {1})), "IP 10.0.2.2 > 10.0.2.15: ICMP [malformed]\n");
}

TEST(DumpBrief, MarksFragments) {
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Udp, udp("x"), Ipv4Header::kMoreFragments)),
              "IP 10.0.2.2:53 > 10.0.2.15:1024: UDP length 1 [fragment at 0, more to come]\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Udp, {1, 2}, 185)),
              "IP 10.0.2.2 > 10.0.2.15: UDP (17) length 2 [fragment at 1480, the last]\n");
}

TEST(Dump, OffPrintsNothing) { EXPECT_EQ(dump(from_hex(kSynFrame), DumpMode::Off), ""); }

TEST(Dump, TextComesInFewRuns) {
    int runs = 0;
    const auto count = [](void* counter, const char*, usize n) {
        EXPECT_LE(n, 256u);
        ++*static_cast<int*>(counter);
    };
    dump_frame({count, &runs}, from_hex(kSynFrame), DumpMode::Full);
    EXPECT_LT(runs, 10);
}

// --- anything at all --------------------------------------------------------------------------------------

// Each frame lies in memory of exactly its size, so that ASan sees the first byte read too far.
void survives(const std::vector<u8>& frame) {
    const std::vector<u8> exact(frame.begin(), frame.end());
    const std::string text = full(exact);
    EXPECT_TRUE(text.ends_with("\n\n"));
    EXPECT_TRUE(brief(exact).ends_with("\n"));
    for (char c : text) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << "not printable: " << +c;
}

TEST(Dump, SurvivesRandomFrames) {
    std::mt19937 random(7);
    for (int i = 0; i < 3000; i++) {
        std::vector<u8> frame(random() % 200);
        for (u8& byte : frame) byte = static_cast<u8>(random());
        // Most random bytes would end at an unknown Ethernet type.
        constexpr u8 kTypes[][2] = {{0x08, 0x00}, {0x08, 0x06}, {0x81, 0x00}, {0x86, 0xdd}};
        if (frame.size() >= 15) {
            std::copy_n(kTypes[random() % 4], 2, frame.begin() + 12);
            if (random() % 2) frame[14] = static_cast<u8>(0x40 | random() % 16);
        }
        survives(frame);
    }
}

TEST(Dump, SurvivesMutatedFrames) {
    const auto options = from_hex("02 04 05 b4 04 02 08 0a 00 00 00 0b 00 00 00 16 01 03 03 07");
    const auto segment = ip(IpProtocol::Tcp, tcp(TcpFlags::Syn, options, {'x'}));
    const std::vector<std::vector<u8>> seeds = {
        udp_frame(), kEther + segment, kEther + ip(IpProtocol::Icmp, icmp(IcmpType::Unreachable, 3, segment)),
        poke(kEther, 12, {0x81, 0}) + from_hex("00 01 08 00") + segment,
        poke(kEther, 12, {0x08, 0x06}) + from_hex("00 01 08 00 06 04 00 01") + std::vector<u8>(38)};
    std::mt19937 random(8);
    for (int i = 0; i < 6000; i++) {
        auto frame = seeds[random() % seeds.size()];
        for (u32 k = random() % 4 + 1; k > 0; k--) frame[random() % frame.size()] = static_cast<u8>(random());
        if (random() % 3 == 0) frame.resize(random() % (frame.size() + 1));
        survives(frame);
    }
}

}  // namespace
}  // namespace net
