#include "net/wire/addr.h"

#include <gtest/gtest.h>

#include "net/wire/ipv6.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

TEST(WireAddr, ReadsFourDecimalOctets) {
    EXPECT_EQ(Ipv4Addr::parse("10.0.2.15"), Ipv4Addr(10, 0, 2, 15));
    EXPECT_EQ(Ipv4Addr::parse("0.0.0.0"), Ipv4Addr());
    EXPECT_EQ(Ipv4Addr::parse("9.19.199.90"), Ipv4Addr(9, 19, 199, 90));
    EXPECT_EQ(Ipv4Addr::parse("255.255.255.255"), Ipv4Addr(0xffff'ffff));
}

TEST(WireAddr, RefusesAllThatIsNotFourDecimalOctets) {
    for (const char* text :
         {"",         "1",        "1.2.3",    "1.2.3.",    "1.2.3.4.",   "1.2.3.4.5",         "1.2.3.256",
          "1.2.3.04", "01.2.3.4", " 1.2.3.4", "1.2.3.4 ",  "1.2.3.4/",   "1.2.3.-4",          "+1.2.3.4",
          "1..3.4",   ".1.2.3",   "a.b.c.d",  "0x1.2.3.4", "1.2.3.4/24", "99999999999.1.1.1", "1,2,3,4"}) {
        EXPECT_FALSE(Ipv4Addr::parse(text)) << text;
    }
}

TEST(WireAddr, ReadsAPrefix) {
    const auto p = Ipv4Prefix::parse("10.0.2.15/24");
    ASSERT_TRUE(p);
    EXPECT_EQ(p->addr, Ipv4Addr(10, 0, 2, 15));
    EXPECT_EQ(p->mask(), 0xffff'ff00);
    EXPECT_TRUE(p->contains(Ipv4Addr(10, 0, 2, 200)));
    EXPECT_FALSE(p->contains(Ipv4Addr(10, 0, 3, 1)));
    EXPECT_TRUE(p->is_broadcast(Ipv4Addr(10, 0, 2, 255)));
    EXPECT_FALSE(p->is_broadcast(Ipv4Addr(10, 0, 2, 15)));
    EXPECT_FALSE(p->is_broadcast(Ipv4Addr(10, 0, 3, 255))) << "another network's";
}

TEST(WireAddr, PrefixesAtTheLimitsHoldAllOrOne) {
    EXPECT_TRUE(Ipv4Prefix::parse("0.0.0.0/0")->contains(Ipv4Addr(1, 2, 3, 4)));
    EXPECT_TRUE(Ipv4Prefix::parse("1.2.3.4/32")->contains(Ipv4Addr(1, 2, 3, 4)));
    EXPECT_FALSE(Ipv4Prefix::parse("1.2.3.4/32")->contains(Ipv4Addr(1, 2, 3, 5)));
    EXPECT_FALSE(Ipv4Prefix::parse("1.2.3.4/31")->is_broadcast(Ipv4Addr(1, 2, 3, 5)));
}

TEST(WireAddr, RefusesAMalformedPrefix) {
    for (const char* text :
         {"", "/", "10.0.2.15", "10.0.2.15/", "10.0.2.15/33", "10.0.2.15/2x", "10.0.2.15/-1", "10.0.2/24",
          "10.0.2.15/024", "10.0.2.15 /24", "10.0.2.15/24/", "10.0.2.15 24"}) {
        EXPECT_FALSE(Ipv4Prefix::parse(text)) << text;
    }
}

TEST(WireAddr, KnowsTheKindsOfAddresses) {
    EXPECT_TRUE(Ipv4Addr().is_any());
    EXPECT_TRUE(Ipv4Addr(0xffff'ffff).is_broadcast());
    EXPECT_TRUE(Ipv4Addr(224, 0, 0, 1).is_multicast());
    EXPECT_FALSE(Ipv4Addr(240, 0, 0, 1).is_multicast());
    EXPECT_TRUE(Ipv4Addr(127, 1, 2, 3).is_loopback());
    EXPECT_TRUE(MacAddr::broadcast().is_group());
    EXPECT_FALSE((MacAddr{{0x52, 0x54, 0, 0x12, 0x34, 0x56}}).is_group());
}

TEST(WireAddr, EachByteOfAStationsAddressCounts) {
    const MacAddr a{{0x52, 0x54, 0, 0x12, 0x34, 0x56}};
    for (u8 i = 0; i < 6; i++) {
        MacAddr other = a, alone{};
        other.bytes[i] ^= 0x80;
        alone.bytes[i] = 2;
        EXPECT_NE(other, a) << "byte " << int{i};
        EXPECT_TRUE(alone.is_station()) << "byte " << int{i};
    }
    EXPECT_FALSE(MacAddr{}.is_station());
    EXPECT_FALSE(MacAddr::broadcast().is_station());
}

// RFC 3021: both addresses of a /31 are hosts. RFC 1122 section 3.2.1.3: the others.
TEST(WireAddr, AHostHasNoSpecialAddress) {
    for (const char* text : {"10.0.2.1/24", "10.0.2.254/24", "10.0.2.1/30", "10.0.2.2/31", "10.0.2.3/31",
                             "10.0.2.4/32", "1.0.0.1/8", "126.0.0.1/8", "128.0.0.1/8", "223.255.255.1/24"}) {
        EXPECT_TRUE(Ipv4Prefix::parse(text)->is_host()) << text;
    }
    for (const char* text : {"10.0.2.0/24", "10.0.2.255/24", "10.0.2.0/30", "10.0.2.3/30", "0.0.0.1/8",
                             "127.0.0.1/8", "224.0.0.1/24", "255.255.255.255/32"}) {
        EXPECT_FALSE(Ipv4Prefix::parse(text)->is_host()) << text;
    }
    EXPECT_FALSE((Ipv4Prefix{Ipv4Addr(10, 0, 2, 1), 33}.is_host()));
}

TEST(WireAddr, NeighboursAreTheOtherHostsOfTheLink) {
    const Ipv4Prefix self = *Ipv4Prefix::parse("10.0.2.15/24"), pair = *Ipv4Prefix::parse("10.0.2.2/31");
    EXPECT_TRUE(self.has_neighbour(Ipv4Addr(10, 0, 2, 2)));
    EXPECT_FALSE(self.has_neighbour(self.addr));
    EXPECT_FALSE(self.has_neighbour(Ipv4Addr(10, 0, 3, 2)));
    EXPECT_FALSE(self.has_neighbour(Ipv4Addr(10, 0, 2, 0)));
    EXPECT_FALSE(self.has_neighbour(Ipv4Addr(10, 0, 2, 255)));
    EXPECT_TRUE(pair.has_neighbour(Ipv4Addr(10, 0, 2, 3)));
    EXPECT_FALSE((Ipv4Prefix{}.has_neighbour(Ipv4Addr(10, 0, 2, 2))));
    EXPECT_FALSE((Ipv4Prefix{Ipv4Addr(255, 255, 255, 254), 31}.has_neighbour(Ipv4Addr(0xffff'ffff))));
}

TEST(WireAddr, WritesAddresses) {
    EXPECT_STREQ(format_addr(Ipv4Addr(255, 255, 255, 255)).text, "255.255.255.255");
    EXPECT_STREQ(format_addr(Ipv4Addr(10, 0, 2, 15)).text, "10.0.2.15");
    EXPECT_STREQ(format_addr(MacAddr{{0x52, 0x54, 0, 0x12, 0x34, 0x56}}).text, "52:54:00:12:34:56");
}

std::string ipv6_text(const char* hex) { return format_addr(*header_of<Ipv6Addr>(from_hex(hex))).text; }

// Examples from RFC 4291 section 2.2 and RFC 5952 section 4.
TEST(WireAddr, WritesIpv6AsRfc5952Wants) {
    EXPECT_EQ(ipv6_text("2001 0db8 0000 0000 0008 0800 200c 417a"), "2001:db8::8:800:200c:417a");
    EXPECT_EQ(ipv6_text("ff01 0000 0000 0000 0000 0000 0000 0101"), "ff01::101");
    EXPECT_EQ(ipv6_text("0000 0000 0000 0000 0000 0000 0000 0001"), "::1");
    EXPECT_EQ(ipv6_text("0000 0000 0000 0000 0000 0000 0000 0000"), "::");
    EXPECT_EQ(ipv6_text("fe80 0000 0000 0000 0000 0000 0000 0000"), "fe80::");
    EXPECT_EQ(ipv6_text("2001 0db8 0000 0001 0001 0001 0001 0001"), "2001:db8:0:1:1:1:1:1");
    EXPECT_EQ(ipv6_text("2001 0000 0000 0001 0000 0000 0000 0001"), "2001:0:0:1::1");
    EXPECT_EQ(ipv6_text("2001 0db8 0000 0000 0001 0000 0000 0001"), "2001:db8::1:0:0:1");
    EXPECT_EQ(ipv6_text("ffff ffff ffff ffff ffff ffff ffff ffff"),
              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

// RFC 5952 section 5, RFC 4291 section 2.5.5.2.
TEST(Ipv6Addr, AMappedIpv4AddressIsWrittenAsOne) {
    EXPECT_EQ(ipv6_text("0000 0000 0000 0000 0000 ffff 0a00 020f"), "::ffff:10.0.2.15");
    EXPECT_EQ(ipv6_text("0000 0000 0000 0000 0000 ffff 0000 0000"), "::ffff:0.0.0.0");
    EXPECT_EQ(ipv6_text("0000 0000 0000 0000 0001 ffff 0a00 020f"), "::1:ffff:a00:20f");
    EXPECT_EQ(ipv6_text("0000 0000 0000 0000 0000 fffe 0a00 020f"), "::fffe:a00:20f");
}

}  // namespace
}  // namespace net
