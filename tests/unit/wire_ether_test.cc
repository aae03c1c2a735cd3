#include <gtest/gtest.h>

#include "net/wire/arp.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

constexpr MacAddr kGuest{{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}};
constexpr MacAddr kGateway{{0x52, 0x55, 0x0a, 0x00, 0x02, 0x02}};

// Handmade after RFC 826: 10.0.2.2 asks for 10.0.2.15.
const auto kRequest =
    from_hex("00 01 08 00 06 04 00 01  52 55 0a 00 02 02 0a 00 02 02  00 00 00 00 00 00 0a 00 02 0f");

TEST(EtherFrame, ShowsAddressesTypeAndPayload) {
    const auto bytes = from_hex(kSynFrame);
    const auto f = EtherFrame::parse(bytes);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->dst(), kGuest);
    EXPECT_EQ(f->src(), kGateway);
    EXPECT_EQ(f->type(), EtherType::Ipv4);
    EXPECT_EQ(f->payload().size(), 44u);
    EXPECT_EQ(f->header().dst, kGuest);
}

TEST(EtherFrame, NeedsAWholeHeader) {
    const auto bytes = from_hex(kSynFrame);
    for (usize n = 0; n < 14; n++) EXPECT_FALSE(EtherFrame::parse(Bytes(bytes).first(n))) << n;
    EXPECT_TRUE(EtherFrame::parse(Bytes(bytes).first(14))->payload().empty());
}

TEST(EtherHeader, IsMadeAsItLiesOnTheWire) {
    const EtherHeader h = EtherHeader::make(kGuest, kGateway, EtherType::Ipv4);
    EXPECT_EQ(memcmp(&h, from_hex(kSynFrame).data(), sizeof h), 0);
}

TEST(VlanTag, SplitsItsControlBits) {
    const auto bytes = from_hex("b0 2a 08 00");
    const auto& tag = *header_of<VlanTag>(bytes);
    EXPECT_EQ(tag.priority(), 5);
    EXPECT_TRUE(tag.drop_eligible());
    EXPECT_EQ(tag.id(), 42);
    EXPECT_EQ(tag.type, 0x0800);
    const auto others = from_hex("ef ff 08 00");
    EXPECT_FALSE(header_of<VlanTag>(others)->drop_eligible()) << "all bits but that one";
}

TEST(ArpPacket, ReadsARequest) {
    const auto a = ArpPacket::parse(kRequest);
    ASSERT_TRUE(a);
    EXPECT_EQ(a->operation(), ArpOperation::Request);
    EXPECT_EQ(a->sender_mac, kGateway);
    EXPECT_EQ(a->sender_ip, Ipv4Addr(10, 0, 2, 2));
    EXPECT_EQ(a->target_ip, Ipv4Addr(10, 0, 2, 15));
    EXPECT_FALSE(a->is_probe());
    EXPECT_FALSE(a->is_announcement());
}

TEST(ArpPacket, IgnoresPadding) { EXPECT_TRUE(ArpPacket::parse(kRequest + std::vector<u8>(18))); }

TEST(ArpPacket, NeedsAllItsBytes) {
    for (usize n = 0; n < kRequest.size(); n++) EXPECT_FALSE(ArpPacket::parse(Bytes(kRequest).first(n))) << n;
}

// Flips every bit of hardware type, protocol type and both lengths.
TEST(ArpPacket, IsIpv4OverEthernetOnly) {
    for (usize bit = 0; bit < 6 * 8; bit++) {
        auto bytes = kRequest;
        bytes[bit / 8] = static_cast<u8>(bytes[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(ArpPacket::parse(bytes)) << "bit " << bit;
    }
}

TEST(ArpPacket, IsMadeAsItLiesOnTheWire) {
    const ArpPacket a = ArpPacket::make(ArpOperation::Request, kGateway, Ipv4Addr(10, 0, 2, 2), MacAddr{},
                                        Ipv4Addr(10, 0, 2, 15));
    EXPECT_EQ(memcmp(&a, kRequest.data(), sizeof a), 0);
}

TEST(ArpPacket, KnowsProbesAndAnnouncements) {
    const Ipv4Addr ip(10, 0, 2, 15);
    EXPECT_TRUE(ArpPacket::make(ArpOperation::Request, kGuest, Ipv4Addr(), MacAddr{}, ip).is_probe());
    EXPECT_TRUE(ArpPacket::make(ArpOperation::Request, kGuest, ip, MacAddr{}, ip).is_announcement());
}

}  // namespace
}  // namespace net
