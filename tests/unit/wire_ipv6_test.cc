#include <gtest/gtest.h>

#include "net/wire/ipv6.h"
#include "net/wire/ipv6_extensions.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

// RFC 8200 section 3.
TEST(Ipv6Header, SplitsItsFirstWord) {
    const auto bytes = from_hex("6a b1 23 45") + std::vector<u8>(36);
    const auto& h = *header_of<Ipv6Header>(bytes);
    EXPECT_EQ(h.version(), 6);
    EXPECT_EQ(h.traffic_class(), 0xab);
    EXPECT_EQ(h.flow_label(), 0x12345u);
}

// RFC 4291 section 2.5.5.2: 80 bits of zero, 16 of one, the IPv4 address.
TEST(Ipv6Addr, MapsAnIpv4AddressOnlyBehindItsPrefix) {
    const Ipv6Addr mapped{{0, 0, 0, 0, 0, 0xffff, 0x0a00, 0x020f}};
    EXPECT_EQ(mapped.mapped_ipv4(), Ipv4Addr(10, 0, 2, 15));
    for (int i = 0; i < 6; i++) {
        Ipv6Addr other = mapped;
        other.groups[i] = 1;
        EXPECT_FALSE(other.mapped_ipv4()) << "group " << i;
    }
}

TEST(Ipv6Extension, NeedsTwoBytesOfAKindThatHasALength) {
    const auto bytes = from_hex("06 02");
    for (const IpProtocol kind :
         {IpProtocol::HopByHop, IpProtocol::Routing, IpProtocol::DestinationOptions}) {
        const auto e = Ipv6Extension::parse(kind, bytes);
        ASSERT_TRUE(e);
        EXPECT_EQ(e->next, IpProtocol::Tcp);
        EXPECT_EQ(e->length, 24u);
        EXPECT_FALSE(Ipv6Extension::parse(kind, Bytes(bytes).first(1)));
        EXPECT_FALSE(Ipv6Extension::parse(kind, {}));
    }
    EXPECT_EQ(Ipv6Extension::parse(IpProtocol::Fragment, bytes)->length, 8u) << "RFC 8200 section 4.5";
    EXPECT_EQ(Ipv6Extension::parse(IpProtocol::Ah, bytes)->length, 16u) << "RFC 4302 section 2.2";
    EXPECT_FALSE(Ipv6Extension::parse(IpProtocol::Tcp, bytes));
    EXPECT_FALSE(Ipv6Extension::parse(IpProtocol::Esp, bytes));
}

TEST(Ipv6Options, EndAtTheirLastByteOrAtAnImpossibleLength) {
    const auto bytes = from_hex("05 02 00 00  00  01 00");
    Ipv6Options walk(bytes);
    EXPECT_EQ(walk.next()->data.size(), 2u);
    EXPECT_EQ(walk.next()->kind, 0);
    EXPECT_TRUE(walk.next()->data.empty()) << "the last two bytes";
    EXPECT_FALSE(walk.next());
    EXPECT_TRUE(walk.rest().empty());

    const auto too_long = from_hex("05 01"), cut = from_hex("05");
    for (const auto& bad : {too_long, cut}) {
        Ipv6Options ends(bad);
        EXPECT_FALSE(ends.next());
        EXPECT_EQ(ends.rest().size(), bad.size());
    }
}

}  // namespace
}  // namespace net
