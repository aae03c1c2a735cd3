#include "net/wire/udp.h"

#include <gtest/gtest.h>

#include "unit/wire_kit.h"

namespace net {
namespace {

constexpr Ipv4Addr kSrc(10, 0, 2, 2), kDst(10, 0, 2, 15);

// Handmade, the checksum by scapy: port 1 to port 2, "hello".
const auto kHello = from_hex("00 01 00 02 00 0d a3 ee 68 65 6c 6c 6f");

TEST(UdpDatagram, ReadsPortsAndPayload) {
    const auto d = UdpDatagram::parse(kHello);
    ASSERT_TRUE(d);
    EXPECT_EQ(d->src_port(), 1);
    EXPECT_EQ(d->dst_port(), 2);
    EXPECT_EQ(d->payload().size(), 5u);
    EXPECT_EQ(d->checksum(kSrc, kDst), ChecksumVerdict::Ok);
}

TEST(UdpDatagram, NeedsAllItsBytes) {
    for (usize n = 0; n < kHello.size(); n++) EXPECT_FALSE(UdpDatagram::parse(Bytes(kHello).first(n))) << n;
}

TEST(UdpDatagram, RefusesEveryWrongLength) {
    for (unsigned length = 0; length < 256; length++) {
        auto bytes = kHello;
        bytes[5] = static_cast<u8>(length);
        EXPECT_EQ(UdpDatagram::parse(bytes).has_value(), length >= 8 && length <= 13) << length;
    }
}

TEST(UdpDatagram, EveryFlippedBitIsNoticed) {
    for (usize bit = 0; bit < kHello.size() * 8; bit++) {
        auto bytes = kHello;
        bytes[bit / 8] = static_cast<u8>(bytes[bit / 8] ^ 1 << bit % 8);
        const auto d = UdpDatagram::parse(bytes);
        EXPECT_FALSE(d && d->checksum(kSrc, kDst) != ChecksumVerdict::Bad) << bit;
    }
    EXPECT_EQ(UdpDatagram::parse(kHello)->checksum(kSrc, Ipv4Addr(10, 0, 2, 16)), ChecksumVerdict::Bad);
}

TEST(UdpDatagram, ZeroMeansNoChecksum) {
    auto bytes = kHello;
    bytes[6] = bytes[7] = 0;
    EXPECT_EQ(UdpDatagram::parse(bytes)->checksum(kSrc, kDst), ChecksumVerdict::Absent);
}

TEST(UdpDatagram, IsMadeAroundItsPayload) {
    auto bytes = std::vector<u8>(8) + from_hex("68 65 6c 6c 6f");
    emit_udp(bytes, kSrc, 1, kDst, 2);
    EXPECT_EQ(bytes, kHello);
}

// One of all two-byte payloads makes the checksum zero, for which RFC 768 sends all ones.
TEST(UdpDatagram, ChecksumThatComesOutZeroIsSentAsAllOnes) {
    std::vector<u8> bytes(10);
    int all_ones = 0;
    for (u32 payload = 0; payload < 0x10000; payload++) {
        bytes[8] = static_cast<u8>(payload >> 8);
        bytes[9] = static_cast<u8>(payload);
        emit_udp(bytes, kSrc, 1, kDst, 2);
        const auto d = UdpDatagram::parse(bytes);
        ASSERT_EQ(d->checksum(kSrc, kDst), ChecksumVerdict::Ok);
        all_ones += d->header().checksum == 0xffff;
    }
    EXPECT_EQ(all_ones, 1);
}

}  // namespace
}  // namespace net
