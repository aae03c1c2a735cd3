#include "net/wire/ipv4.h"

#include <gtest/gtest.h>

#include "net/wire/options.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

// The header of a UDP packet, a well-known checksum example (Wikipedia, "Internet checksum").
const auto kKnownHeader = from_hex("45 00 00 73 00 00 40 00 40 11 b8 61 c0 a8 00 01 c0 a8 00 c7");

// Handmade: 4 bytes of options (router alert, RFC 2113), 4 bytes of payload, 2 bytes of padding.
const auto kWithOptions =
    from_hex("46 b9 00 1c 12 34 20 b9 40 02 00 00 0a 00 02 0f e0 00 00 16 94 04 00 00  de ad be ef  00 00");

std::vector<u8> with(std::vector<u8> bytes, usize at, u8 value) {
    bytes[at] = value;
    return bytes;
}

TEST(Ipv4Header, ChecksumOfTheKnownExampleIsRight) {
    const auto bytes = kKnownHeader + std::vector<u8>(0x73 - 20);
    const auto p = Ipv4Packet::parse(bytes);
    ASSERT_TRUE(p);
    EXPECT_TRUE(p->header_checksum_ok());
    EXPECT_EQ(p->src(), Ipv4Addr(192, 168, 0, 1));
    EXPECT_EQ(p->dst(), Ipv4Addr(192, 168, 0, 199));
    EXPECT_EQ(p->protocol(), IpProtocol::Udp);
    EXPECT_EQ(p->ttl(), 64);
    EXPECT_TRUE(p->header().dont_fragment());
    EXPECT_FALSE(p->header().is_fragment());
    EXPECT_TRUE(p->options().empty());
}

TEST(Ipv4Header, EveryFlippedBitIsNoticed) {
    for (usize bit = 0; bit < 20 * 8; bit++) {
        auto bytes = kKnownHeader + std::vector<u8>(0x73 - 20);
        bytes[bit / 8] = static_cast<u8>(bytes[bit / 8] ^ 1 << bit % 8);
        const auto p = Ipv4Packet::parse(bytes);
        EXPECT_FALSE(p && p->header_checksum_ok()) << "bit " << bit;
    }
}

TEST(Ipv4Header, IsMadeAsItLiesOnTheWire) {
    const Ipv4Header h =
        Ipv4Header::make(Ipv4Addr(192, 168, 0, 1), Ipv4Addr(192, 168, 0, 199), IpProtocol::Udp, 95);
    EXPECT_EQ(memcmp(&h, kKnownHeader.data(), sizeof h), 0);
}

TEST(Ipv4Packet, SeparatesOptionsPayloadAndPadding) {
    const auto p = Ipv4Packet::parse(kWithOptions);
    ASSERT_TRUE(p);
    EXPECT_EQ(p->options().size(), 4u);
    EXPECT_EQ(p->payload().size(), 4u);
    EXPECT_EQ(p->payload()[0], 0xde);
    EXPECT_EQ(p->bytes().size(), 28u);
    EXPECT_EQ(p->header().dscp(), 46);
    EXPECT_EQ(p->header().ecn(), 1);
    EXPECT_TRUE(p->header().more_fragments());
    EXPECT_FALSE(p->header().reserved_bit());
    EXPECT_EQ(p->header().flags(), 1);
    EXPECT_EQ(p->header().fragment_offset(), 185u * 8);
    EXPECT_TRUE(p->header().is_fragment());
}

TEST(Ipv4Packet, ChecksumCoversTheOptions) {
    auto bytes = kWithOptions;
    const u16 sum = checksum_of(Bytes(bytes).first(24));
    bytes[10] = static_cast<u8>(sum >> 8);
    bytes[11] = static_cast<u8>(sum);
    EXPECT_TRUE(Ipv4Packet::parse(bytes)->header_checksum_ok());
    bytes[22] ^= 1;
    EXPECT_FALSE(Ipv4Packet::parse(bytes)->header_checksum_ok());
}

TEST(Ipv4Packet, SaysWhatIsCutShort) {
    for (usize n = 0; n < 28; n++) {
        const Bytes b = Bytes(kWithOptions).first(n);
        const Ipv4Error want = n < 20   ? Ipv4Error::Truncated
                               : n < 24 ? Ipv4Error::LongHeader
                                        : Ipv4Error::LongTotalLength;
        EXPECT_EQ(Ipv4Packet::check(b), want) << n;
        EXPECT_FALSE(Ipv4Packet::parse(b)) << n;
    }
    EXPECT_EQ(Ipv4Packet::check(Bytes(kWithOptions).first(28)), Ipv4Error::None);
}

TEST(Ipv4Packet, RefusesEveryWrongVersion) {
    for (unsigned version = 0; version < 16; version++) {
        const auto bytes = with(kWithOptions, 0, static_cast<u8>(version << 4 | 6));
        EXPECT_EQ(Ipv4Packet::check(bytes), version == 4 ? Ipv4Error::None : Ipv4Error::BadVersion);
    }
}

TEST(Ipv4Packet, RefusesEveryWrongHeaderLength) {
    for (u8 words = 0; words < 16; words++) {
        const Ipv4Error want = words < 5   ? Ipv4Error::BadHeaderLength
                               : words > 7 ? Ipv4Error::LongHeader  // only 30 bytes available
                                           : Ipv4Error::None;       // total length 28 allows 7 words
        EXPECT_EQ(Ipv4Packet::check(with(kWithOptions, 0, static_cast<u8>(0x40 | words))), want) << +words;
    }
}

TEST(Ipv4Packet, RefusesEveryWrongTotalLength) {
    for (unsigned length = 0; length < 256; length++) {
        const Ipv4Error want = length < 24   ? Ipv4Error::BadTotalLength
                               : length > 30 ? Ipv4Error::LongTotalLength
                                             : Ipv4Error::None;
        EXPECT_EQ(Ipv4Packet::check(with(kWithOptions, 3, static_cast<u8>(length))), want) << length;
    }
}

TEST(HeaderOptions, WalksKindsOfOneByteAndOfMore) {
    const auto bytes = from_hex("01 07 07 04 01 02 03 04 94 04 00 00 00 ff ff");
    HeaderOptions walk(bytes);
    EXPECT_EQ(walk.next()->kind, HeaderOptions::kNop);
    const auto route = walk.next();
    EXPECT_EQ(route->kind, 7);
    EXPECT_EQ(route->data.size(), 5u);
    EXPECT_EQ(walk.next()->kind, 148);
    EXPECT_EQ(walk.next()->kind, HeaderOptions::kEnd);
    EXPECT_FALSE(walk.next());
    EXPECT_FALSE(walk.malformed());
}

TEST(HeaderOptions, EndsAtAnImpossibleLength) {
    for (const char* hex : {"07", "07 00", "07 01", "07 03", "01 02 05 00 00"}) {
        const auto bytes = from_hex(hex);
        HeaderOptions walk(bytes);
        while (walk.next()) {
        }
        EXPECT_TRUE(walk.malformed()) << hex;
        EXPECT_FALSE(walk.next()) << hex;
        EXPECT_FALSE(walk.rest().empty()) << hex;
    }
}

}  // namespace
}  // namespace net
