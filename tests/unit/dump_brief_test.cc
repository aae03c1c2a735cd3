#include <algorithm>

#include "unit/dump_kit.h"

namespace net {
namespace {

// --- one line per packet ----------------------------------------------------------------------------------

TEST(DumpBrief, IsOneLine) {
    EXPECT_EQ(brief(from_hex(kSynFrame)),
              "IP 10.0.2.2:47044 > 10.0.2.15:7: TCP [SYN] seq 9408001 win 65535 <MSS 1460> length 0\n");
    EXPECT_EQ(brief(udp_frame()), "IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 17\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Icmp, icmp(IcmpType::EchoReply, 0, {1, 2}, 7, 3))),
              "IP 10.0.2.2 > 10.0.2.15: ICMP echo reply id 7 seq 3 length 2\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Ospf, {1, 2})), "IP 10.0.2.2 > 10.0.2.15: OSPF (89) length 2\n");
    EXPECT_EQ(brief(poke(kEther, 12, {0x88, 0x47})),
              "52:55:0a:00:02:02 > 52:54:00:12:34:56: type 0x8847 (MPLS) length 0\n");
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
    EXPECT_EQ(brief(ether + poke(request, 7, {9})), "ARP inverse reply (9) length 28\n");
    EXPECT_EQ(brief(ether), "ARP [truncated: an ARP packet takes 28 bytes, 0 are here]\n");
}

TEST(DumpBrief, ShowsWhatAnErrorIsAbout) {
    const auto error = [](const std::vector<u8>& quote) {
        return brief(kEther + ip(IpProtocol::Icmp, icmp(IcmpType::Unreachable, 3, quote)));
    };
    const std::string head = "IP 10.0.2.2 > 10.0.2.15: ICMP destination unreachable (port unreachable)";
    EXPECT_EQ(error(ip(IpProtocol::Udp, udp(""))),
              head + " length 28, about IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 0\n");
    EXPECT_EQ(error(ip(IpProtocol::Icmp, icmp(IcmpType::EchoRequest, 0, {}))),
              head + " length 28, about IP 10.0.2.2 > 10.0.2.15: ICMP echo request id 0 seq 0 length 0\n");
    EXPECT_EQ(error({}), head + " length 0\n");
}

TEST(DumpBrief, SaysWhatIsWrong) {
    const auto frame = udp_frame();
    const std::string line = "IP 10.0.2.2:99 > 10.0.2.15:1024:";
    EXPECT_EQ(brief(Bytes(frame).first(5)),
              "Ethernet [truncated: an Ethernet header takes 14 bytes, 5 are here]\n");
    EXPECT_EQ(brief(Bytes(frame).first(30)), "IP [truncated: an IP header takes 20 bytes, 16 are here]\n");
    EXPECT_EQ(brief(Bytes(frame).first(50)),
              "IP 10.0.2.2:99 > 10.0.2.15:1024: [truncated: the total length says 45 bytes, 36 are here] UDP "
              "length 17\n");
    EXPECT_EQ(brief(poke(frame, 24, {0, 0})), line + " [bad header checksum] UDP length 17\n");
    EXPECT_EQ(brief(poke(frame, 40, {1, 1})), line + " UDP [bad datagram checksum] length 17\n");
    EXPECT_EQ(brief(poke(frame, 38, {1, 1})),
              line + " UDP length 249 [malformed: the length says 257 bytes, the IP packet has 25]\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Udp, {1})),
              "IP 10.0.2.2 > 10.0.2.15: UDP [truncated: a UDP header takes 8 bytes, 1 are here]\n");
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Tcp, {1})),
              "IP 10.0.2.2 > 10.0.2.15: TCP [truncated: a TCP header takes 20 bytes, 1 are here]\n");
    EXPECT_EQ(
        brief(kEther + ip(IpProtocol::Icmp, {1})),
        "IP 10.0.2.2 > 10.0.2.15: ICMP unknown [truncated: an ICMP header takes 8 bytes, 1 are here]\n");
}

TEST(DumpBrief, MarksFragments) {
    EXPECT_EQ(brief(kEther + ip(IpProtocol::Udp, udp("x"), Ipv4Header::kMoreFragments)),
              "IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 1 [fragment at 0, more follow]\n");
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

// --- random bytes -----------------------------------------------------------------------------------------

// Each frame has an allocation of exactly its size, so that ASan detects a read of one byte too many.
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
