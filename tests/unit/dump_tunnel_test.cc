// The dump of packets in packets.
#include "unit/dump_net_frames.h"

namespace net {
namespace {

std::vector<u8> frame_named(const std::string& name) {
    for (const auto& f : tunnel_frames()) {
        if (f.name == name) return f.bytes;
    }
    ADD_FAILURE() << "no frame " << name;
    return {};
}
std::string full_of(const std::string& name) { return full(frame_named(name)); }
std::string brief_of(const std::string& name) { return brief(frame_named(name)); }

constexpr const char* kOuter = "IP 10.0.2.2 > 10.0.2.15:";

TEST(DumpTunnel, ShowsGresFields) {
    const std::string text = full_of("gre with all fields");
    EXPECT_TRUE(has_line(text, "Flags: 0xb000 (checksum, key, sequence number)"));
    EXPECT_TRUE(has_line(text, "Version: 0"));
    EXPECT_TRUE(has_line(text, "Protocol type: 0x0800 (IPv4)"));
    EXPECT_TRUE(has_line(text, "Key: 0x0000002a (42)"));
    EXPECT_TRUE(has_line(text, "Sequence number: 7"));
    EXPECT_EQ(text.find("(wrong"), std::string::npos);
    EXPECT_EQ(
        brief_of("gre with all fields"),
        std::string(kOuter) + " GRE key 42 seq 7 length 33: IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 5\n");
    EXPECT_NE(brief(poke(frame_named("gre with all fields"), 45, {9})).find("[bad packet checksum]"),
              std::string::npos);
    EXPECT_TRUE(has_line(full_of("gre with routes"), "Checksum: 0x1234 (not in use)"));
    EXPECT_TRUE(has_line(full_of("gre of another version"), "[the version is 5: only 0 and 1 are known]"));
    EXPECT_TRUE(has_line(full_of("gre trailer"), "Trailer: 2 bytes behind the inner packet, not all zero:"));
    EXPECT_TRUE(has_line(full(Bytes(frame_named("gre with all fields")).first(45)),
                         "[truncated: a GRE header takes 4 bytes, 3 are here]"));
}

TEST(DumpTunnel, ShowsPptp) {
    const std::string text = full_of("gre pptp");
    EXPECT_TRUE(has_line(text, "Call ID: 42"));
    EXPECT_TRUE(has_line(text, "Payload length: 5 bytes"));
    EXPECT_TRUE(has_line(text, "Acknowledgment: 6"));
    EXPECT_TRUE(has_line(text, "Protocol: 0xc021 (LCP)"));
}

TEST(DumpTunnel, FollowsInnerPackets) {
    const std::string udp4 = " IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 5\n";
    const std::string udp6 = " IP6 [2001:db8::1]:99 > [2001:db8::2]:1024: UDP length 3\n";
    EXPECT_EQ(brief_of("gre"), kOuter + (" GRE length 33:" + udp4));
    EXPECT_EQ(brief_of("gre ipv6"), kOuter + (" GRE length 51:" + udp6));
    EXPECT_EQ(
        brief_of("gre ethernet"),
        kOuter + std::string(" GRE key 42 length 59: IP 10.0.2.2:99 > 10.0.2.15:1024: UDP length 17\n"));
    EXPECT_EQ(brief_of("ip in ip"), kOuter + udp4);
    EXPECT_EQ(brief_of("6in4"), kOuter + udp6);
    EXPECT_EQ(brief_of("4in6"), "IP6 2001:db8::1 > 2001:db8::2:" + udp4);
    EXPECT_EQ(brief_of("6in6"), "IP6 2001:db8::1 > 2001:db8::2:" + udp6);
}

// Each tunnel in itself, as often as fits into a packet: the rest of a deep one is bytes.
TEST(DumpTunnel, DeepNestingEnds) {
    const auto nest = [](const std::vector<u8>& head, IpProtocol protocol) {
        auto packet = ip(IpProtocol::Udp, udp("x"));
        while (packet.size() < 3000) packet = ip(protocol, head + packet);
        return kEther + packet;
    };
    const auto ethernet = poke(kEther, 12, {0x08, 0x00});
    for (const auto& frame : {nest({}, IpProtocol::Ipv4), nest(from_hex("00 00 08 00"), IpProtocol::Gre),
                              nest(from_hex("00 00 65 58") + ethernet, IpProtocol::Gre),
                              nest(from_hex("00 00 88 0b 00 21"), IpProtocol::Gre)}) {
        const std::string text = full(frame);
        usize headers = 0;
        for (usize at = text.find("- IP HEADER"); at != std::string::npos;
             at = text.find("- IP HEADER", at + 1))
            headers++;
        EXPECT_GE(headers, 3u);
        EXPECT_LE(headers, 7u) << text;
        EXPECT_TRUE(has_line(text, "----- PAYLOAD -----"));
        EXPECT_LT(brief(frame).size(), 500u);
    }
}

}  // namespace
}  // namespace net
