#include "net/wire/icmp.h"

#include <gtest/gtest.h>

#include "unit/wire_kit.h"

namespace net {
namespace {

// Handmade, the checksum by scapy: echo request, identifier 7, sequence 3, "abcdefgh".
const auto kEcho = from_hex("08 00 66 60 00 07 00 03 61 62 63 64 65 66 67 68");

// Handmade: the first 28 bytes of a datagram from 10.0.2.15:2000 to 10.0.2.2:9, 1500 bytes in the original.
const auto kQuote =
    from_hex("45 00 05 dc 00 01 00 00 40 11 00 00 0a 00 02 0f 0a 00 02 02  07 d0 00 09 05 c8 00 00");

TEST(IcmpMessage, ReadsAnEcho) {
    const auto m = IcmpMessage::parse(kEcho);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->type(), IcmpType::EchoRequest);
    EXPECT_EQ(m->code(), 0);
    EXPECT_EQ(m->identifier(), 7);
    EXPECT_EQ(m->sequence(), 3);
    EXPECT_EQ(m->payload().size(), 8u);
    EXPECT_TRUE(m->checksum_ok());
    EXPECT_FALSE(m->is_error());
}

TEST(IcmpMessage, NeedsItsHeaderAndARightChecksum) {
    for (usize n = 0; n < 8; n++) EXPECT_FALSE(IcmpMessage::parse(Bytes(kEcho).first(n))) << n;
    for (usize n = 8; n < kEcho.size(); n++)
        EXPECT_FALSE(IcmpMessage::parse(Bytes(kEcho).first(n))->checksum_ok());
}

TEST(IcmpMessage, IsMadeAroundItsPayload) {
    auto bytes = std::vector<u8>(8) + from_hex("61 62 63 64 65 66 67 68");
    emit_icmp(bytes, IcmpType::EchoRequest, 0, 7, 3);
    EXPECT_EQ(bytes, kEcho);
}

TEST(IcmpMessage, AnEchoTurnedAroundHasARightChecksum) {
    auto bytes = kEcho;
    make_echo_reply(*reinterpret_cast<IcmpHeader*>(bytes.data()));
    const auto m = IcmpMessage::parse(bytes);
    EXPECT_EQ(m->type(), IcmpType::EchoReply);
    EXPECT_TRUE(m->checksum_ok());
    bytes[10] ^= 1;
    EXPECT_FALSE(IcmpMessage::parse(bytes)->checksum_ok());
}

TEST(IcmpMessage, AnEchoOfZerosTurnedAroundHasARightChecksum) {
    std::vector<u8> bytes(20);
    emit_icmp(bytes, IcmpType::EchoRequest, 0);
    make_echo_reply(*reinterpret_cast<IcmpHeader*>(bytes.data()));
    EXPECT_TRUE(IcmpMessage::parse(bytes)->checksum_ok());
}

TEST(IcmpMessage, KnowsWhichTypesQuoteAPacket) {
    int errors = 0;
    for (unsigned type = 0; type < 256; type++) errors += is_icmp_error(IcmpType{static_cast<u8>(type)});
    EXPECT_EQ(errors, 5);
    EXPECT_TRUE(is_icmp_error(IcmpType::Unreachable));
    EXPECT_FALSE(is_icmp_error(IcmpType::EchoReply));
}

TEST(IcmpHeader, ReadsItsLastFourBytesAsTheTypeWantsThem) {
    const auto bytes = from_hex("03 04 00 00 0a 01 05 78");
    const auto& h = *header_of<IcmpHeader>(bytes);
    EXPECT_EQ(h.mtu(), 1400);
    EXPECT_EQ(h.pointer(), 10);
    EXPECT_EQ(h.gateway(), Ipv4Addr(10, 1, 5, 120));
}

TEST(QuotedPacket, TellsWhoseItWas) {
    const auto q = QuotedPacket::parse(kQuote);
    ASSERT_TRUE(q);
    EXPECT_EQ(q->src(), Ipv4Addr(10, 0, 2, 15));
    EXPECT_EQ(q->dst(), Ipv4Addr(10, 0, 2, 2));
    EXPECT_EQ(q->protocol(), IpProtocol::Udp);
    EXPECT_EQ(q->src_port(), 2000);
    EXPECT_EQ(q->dst_port(), 9);
    EXPECT_EQ(q->transport().size(), 8u);
}

TEST(QuotedPacket, NeedsTheHeaderAndEightBytes) {
    for (usize n = 0; n < kQuote.size(); n++) EXPECT_FALSE(QuotedPacket::parse(Bytes(kQuote).first(n))) << n;
}

TEST(QuotedPacket, RefusesWhatTellsNoPorts) {
    auto later_fragment = kQuote;
    later_fragment[7] = 1;
    EXPECT_FALSE(QuotedPacket::parse(later_fragment));
    auto bad_version = kQuote;
    bad_version[0] = 0x65;
    EXPECT_FALSE(QuotedPacket::parse(bad_version));
    auto long_header = kQuote;
    long_header[0] = 0x46;  // 24 bytes: leaves 4 for the ports
    EXPECT_FALSE(QuotedPacket::parse(long_header));
    auto short_total = kQuote;
    short_total[2] = short_total[3] = 0;
    EXPECT_FALSE(QuotedPacket::parse(short_total));
}

}  // namespace
}  // namespace net
