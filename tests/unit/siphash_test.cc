#include "lib/siphash.h"

#include <gtest/gtest.h>

#include "lib/random.h"

namespace {

constexpr u64 kKey[2] = {0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908};

// Hashes the bytes 0, 1, 2 ... n - 1, as the authors' test vectors do.
u64 siphash24_of_first(u64 n) {
    SipHash24 hash(kKey);
    const auto word_at = [](u64 at, u64 bytes) {
        u64 word = 0;
        for (u64 i = 0; i < bytes; i++) word |= (at + i) << (8 * i);
        return word;
    };
    u64 at = 0;
    for (; n - at >= 8; at += 8) hash.add(word_at(at, 8));
    return hash.finish(n, word_at(at, n - at));
}

// From the reference implementation (github.com/veorq/SipHash, vectors.h); the last is also in the paper.
TEST(SipHash, HasTheAuthorsResults) {
    EXPECT_EQ(siphash24_of_first(0), 0x726f'db47'dd0e'0e31u);
    EXPECT_EQ(siphash24_of_first(1), 0x74f8'39c5'93dc'67fdu);
    EXPECT_EQ(siphash24_of_first(7), 0xab02'00f5'8b01'd137u);
    EXPECT_EQ(siphash24_of_first(8), 0x93f5'f579'9a93'2462u);
    EXPECT_EQ(siphash24_of_first(15), 0xa129'ca61'49be'45e5u);
}

TEST(ChaCha20, HasTheResultOfTheRfc) {  // RFC 8439 section 2.3.2
    const u32 in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504,
                        0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c,
                        0x00000001, 0x09000000, 0x4a000000, 0x00000000};
    const u32 want[16] = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033,
                          0x9aaa2204, 0x4e6cd4c3, 0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
                          0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
    u32 out[16];
    chacha20_block(in, out);
    for (int i = 0; i < 16; i++) EXPECT_EQ(out[i], want[i]) << i;
}

}  // namespace
