#include "net/wire/tcp.h"

#include <gtest/gtest.h>

#include "net/wire/tcp_options.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

constexpr Ipv4Addr kSrc(10, 0, 2, 2), kDst(10, 0, 2, 15);

std::vector<u8> syn() {
    const auto frame = from_hex(kSynFrame);
    return {frame.begin() + 34, frame.end()};
}

TEST(TcpSegment, ReadsTheSyn) {
    const auto bytes = syn();
    const auto s = TcpSegment::parse(bytes);
    ASSERT_TRUE(s);
    EXPECT_EQ(s->src_port(), 47044);
    EXPECT_EQ(s->dst_port(), 7);
    EXPECT_EQ(s->seq(), 9408001u);
    EXPECT_EQ(s->ack(), 0u);
    EXPECT_EQ(s->window(), 65535);
    EXPECT_EQ(s->urgent(), 0);
    EXPECT_EQ(s->flags(), TcpFlags{TcpFlags::Syn});
    EXPECT_EQ(s->options().size(), 4u);
    EXPECT_TRUE(s->payload().empty());
    EXPECT_EQ(s->sequence_length(), 1u);
    EXPECT_TRUE(s->checksum_ok(kSrc, kDst));
    EXPECT_FALSE(s->checksum_ok(kSrc, Ipv4Addr(10, 0, 2, 14)));
}

TEST(TcpSegment, NeedsItsHeaderAndOptions) {
    const auto bytes = syn();
    for (usize n = 0; n < bytes.size(); n++) EXPECT_FALSE(TcpSegment::parse(Bytes(bytes).first(n))) << n;
}

TEST(TcpSegment, RefusesEveryWrongHeaderLength) {
    for (unsigned words = 0; words < 16; words++) {
        auto bytes = syn();
        bytes[12] = static_cast<u8>(words << 4);
        EXPECT_EQ(TcpSegment::parse(bytes).has_value(), words == 5 || words == 6) << words;
    }
}

TEST(TcpSegment, KnowsEveryFlag) {
    auto bytes = syn();
    bytes[12] = 0x6f;
    bytes[13] = 0xff;
    const auto s = TcpSegment::parse(bytes);
    const TcpFlags f = s->flags();
    EXPECT_TRUE(f.fin() && f.syn() && f.rst() && f.psh() && f.ack() && f.urg());
    EXPECT_TRUE(f.has(TcpFlags::Ece | TcpFlags::Cwr | TcpFlags::Ae));
    EXPECT_EQ(s->header().reserved(), 7);
    EXPECT_EQ(s->sequence_length(), 2u);
    EXPECT_FALSE(TcpFlags{TcpFlags::Ack}.has(TcpFlags::Ack | TcpFlags::Syn));
}

TEST(TcpSegment, IsMadeAroundItsOptions) {
    auto bytes = std::vector<u8>(20) + from_hex("02 04 05 b4");
    emit_tcp(bytes, kSrc, kDst,
             {.src_port = 47044,
              .dst_port = 7,
              .seq = 9408001,
              .flags = TcpFlags::Syn,
              .window = 65535,
              .options_length = 4});
    EXPECT_EQ(bytes, syn());
}

// The options of Linux's SYN, followed by a SACK option with two blocks.
TEST(TcpOptions, AreReadByKind) {
    const auto bytes = from_hex(
        "02 04 05 b4 04 02 08 0a 00 00 00 0b 00 00 00 16 01 03 03 07"
        "05 12 00 00 00 01 00 00 00 05 00 00 00 09 00 00 00 0b");
    TcpOptions walk(bytes);
    EXPECT_EQ(max_segment_size_of(*walk.next()), 1460);
    EXPECT_TRUE(is_sack_permitted(*walk.next()));
    const auto timestamps = timestamps_of(*walk.next());
    ASSERT_TRUE(timestamps);
    EXPECT_EQ(timestamps->value, 11u);
    EXPECT_EQ(timestamps->echo, 22u);
    EXPECT_EQ(kind_of(*walk.next()), TcpOptionKind::Nop);
    EXPECT_EQ(window_scale_of(*walk.next()), 7);
    const auto sack = walk.next();
    const auto blocks = sack_blocks_of(*sack);
    ASSERT_EQ(blocks.size(), 2u);
    EXPECT_EQ(blocks[0].left, 1u);
    EXPECT_EQ(blocks[1].right, 11u);
    EXPECT_FALSE(walk.next());
    EXPECT_FALSE(walk.malformed());
}

TEST(TcpOptions, OfAnotherKindOrAWrongLengthAnswerNothing) {
    const u8 zeros[7] = {};
    for (u8 kind : {2, 3, 4, 5, 8}) {
        const HeaderOption o{kind, zeros};  // no option has 7 bytes of data
        EXPECT_FALSE(max_segment_size_of(o) || window_scale_of(o) || timestamps_of(o) ||
                     is_sack_permitted(o));
        EXPECT_TRUE(sack_blocks_of(o).empty());
    }
    // Another kind with the length of each of these, and each kind with the lengths of the others.
    const u8 data[16] = {};
    EXPECT_TRUE(sack_blocks_of({5, Bytes(data).first(12)}).empty()) << "a block and a half";
    for (const u8 kind : {2, 3, 4, 5, 8, 99}) {
        for (const usize length : {0u, 1u, 2u, 8u, 16u}) {
            const HeaderOption o{kind, Bytes(data).first(length)};
            EXPECT_EQ(max_segment_size_of(o).has_value(), kind == 2 && length == 2);
            EXPECT_EQ(window_scale_of(o).has_value(), kind == 3 && length == 1);
            EXPECT_EQ(is_sack_permitted(o), kind == 4 && length == 0);
            EXPECT_EQ(sack_blocks_of(o).size(), kind == 5 ? length / 8 : 0);
            EXPECT_EQ(timestamps_of(o).has_value(), kind == 8 && length == 8);
        }
    }
}

TEST(TcpOptions, EndWithTheirBytes) {
    const auto bytes = from_hex("01 04 02");
    TcpOptions walk(bytes);
    EXPECT_TRUE(walk.next());
    EXPECT_TRUE(is_sack_permitted(*walk.next()));
    EXPECT_FALSE(walk.next());
    EXPECT_FALSE(walk.next()) << "and stay there";
    EXPECT_FALSE(walk.malformed());
}

}  // namespace
}  // namespace net
