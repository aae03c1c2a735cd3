#include "net/wire/checksum.h"

#include <gtest/gtest.h>

#include <random>

#include "net/wire/ipv4.h"
#include "unit/wire_kit.h"

namespace net {
namespace {

// RFC 1071 section 4.1, word by word: slow but simple.
u16 by_the_book(Bytes b) {
    u32 sum = 0;
    for (usize i = 0; i < b.size(); i++) sum += i % 2 ? b[i] : static_cast<u32>(b[i]) << 8;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<u16>(~sum);
}

std::vector<u8> random_bytes(usize n, u32 seed) {
    std::mt19937 random(seed);
    std::vector<u8> b(n);
    for (u8& byte : b) byte = static_cast<u8>(random());
    return b;
}

TEST(Checksum, GivesRfc1071sExample) {
    EXPECT_EQ(checksum_of(from_hex("00 01 f2 03 f4 f5 f6 f7")), static_cast<u16>(~0xddf2));
}

TEST(Checksum, OfNothingIsAllOnes) { EXPECT_EQ(checksum_of({}), 0xffff); }

TEST(Checksum, IsTheBooksForEveryLengthAndAlignment) {
    const auto b = random_bytes(300, 1);
    for (usize from = 0; from < 9; from++) {
        for (usize n = 0; from + n <= b.size(); n++) {
            const Bytes part = Bytes(b).subspan(from, n);
            ASSERT_EQ(checksum_of(part), by_the_book(part)) << "from " << from << ", " << n << " bytes";
        }
    }
}

TEST(Checksum, PutsEveryCarryBackIn) {
    for (usize n = 0; n < 1600; n += 7) {
        const std::vector<u8> ones(n, 0xff);
        ASSERT_EQ(checksum_of(ones), by_the_book(ones)) << n;
    }
    const auto large = random_bytes(65535, 2);
    EXPECT_EQ(checksum_of(large), by_the_book(large));
}

TEST(Checksum, OfPiecesOfEvenLengthIsThatOfTheWhole) {
    const auto b = random_bytes(101, 3);
    for (usize cut = 0; cut < b.size(); cut += 2) {
        Checksum sum;
        sum.add(Bytes(b).first(cut));
        sum.add(Bytes(b).subspan(cut));
        ASSERT_EQ(sum.finish(), by_the_book(b)) << cut;
    }
}

TEST(Checksum, OfPiecesOfOddLengthNeedsTheirOffsets) {
    const auto b = random_bytes(101, 3);
    for (usize cut = 0; cut < b.size(); cut++) {
        Checksum sum;
        sum.add_at(0, Bytes(b).first(cut));
        sum.add_at(cut, Bytes(b).subspan(cut));
        ASSERT_EQ(sum.finish(), by_the_book(b)) << cut;
    }
}

template <usize N>
void expect_sum_of_header(const std::vector<u8>& bytes) {
    struct Header {
        u8 bytes[N];
    } h;
    memcpy(&h, bytes.data(), N);
    Checksum sum;
    sum.add_header(h);
    EXPECT_EQ(sum.finish(), by_the_book(Bytes(bytes).first(N))) << N << " bytes";
}

TEST(Checksum, OfAHeaderIsThatOfItsBytes) {
    const auto b = random_bytes(20, 4);
    expect_sum_of_header<2>(b);
    expect_sum_of_header<4>(b);
    expect_sum_of_header<6>(b);
    expect_sum_of_header<8>(b);
    expect_sum_of_header<14>(b);
    expect_sum_of_header<20>(b);
}

TEST(Checksum, PseudoHeaderIsTwelveBytes) {
    Checksum sum;
    sum.add_pseudo_header(Ipv4Addr(10, 0, 2, 2), Ipv4Addr(10, 0, 2, 15), IpProtocol::Udp, 0x1234);
    EXPECT_EQ(sum.finish(), by_the_book(from_hex("0a 00 02 02 0a 00 02 0f 00 11 12 34")));
}

// The sum before the carries are added: 0xffff + 0xffff + 0xffff = 0x2fffd; 0x1ffff needs a second carry.
TEST(Checksum, UpdateAddsTheCarryOfTheCarry) {
    EXPECT_EQ(checksum_update(0x0000, 0x0000, 0xffff), static_cast<u16>(~0xffff));
    EXPECT_EQ(checksum_update(0x0000, 0x0000, 0x0001), static_cast<u16>(~0x0001));
    EXPECT_EQ(checksum_update(0x0000, 0xffff, 0x0001), static_cast<u16>(~0x0001));
    EXPECT_EQ(checksum_update(0x0001, 0x0000, 0x0002), static_cast<u16>(~0x0001));
}

TEST(Checksum, UpdateEqualsSummingAnew) {
    auto b = random_bytes(40, 5);
    std::mt19937 random(6);
    for (int i = 0; i < 10'000; i++) {
        const u16 old_sum = by_the_book(b);
        const usize at = random() % 20 * 2;
        const u16 before = static_cast<u16>(b[at] << 8 | b[at + 1]), after = static_cast<u16>(random());
        b[at] = static_cast<u8>(after >> 8);
        b[at + 1] = static_cast<u8>(after);
        ASSERT_EQ(checksum_update(old_sum, before, after), by_the_book(b));
    }
}

}  // namespace
}  // namespace net
