#include <algorithm>

#include "unit/dump_kit.h"

namespace net {
namespace {

// --- one line per packet ----------------------------------------------------------------------------------

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
