#include "lib/random.h"

#include <bit>

#include "lib/string.h"

namespace {
void quarter_round(u32& a, u32& b, u32& c, u32& d) {
    a += b, d = std::rotl(d ^ a, 16);
    c += d, b = std::rotl(b ^ c, 12);
    a += b, d = std::rotl(d ^ a, 8);
    c += d, b = std::rotl(b ^ c, 7);
}
}  // namespace

void chacha20_block(const u32 in[16], u32 out[16]) {
    u32 x[16];
    memcpy(x, in, sizeof x);
    for (int i = 0; i < 10; i++) {
        for (unsigned c = 0; c < 4; c++) quarter_round(x[c], x[4 + c], x[8 + c], x[12 + c]);
        for (unsigned c = 0; c < 4; c++)
            quarter_round(x[c], x[4 + (c + 1) % 4], x[8 + (c + 2) % 4], x[12 + (c + 3) % 4]);
    }
    for (int i = 0; i < 16; i++) out[i] = x[i] + in[i];
}

void Random::seed(Bytes bytes) {
    for (usize i = 0; i < bytes.size(); i++) {
        key_[i / 4 % 8] ^= static_cast<u32>(bytes[i]) << (8 * (i % 4));
        if (i % 32 == 31) refill();
    }
    refill();
}

// Half of each block becomes the next key; the other half is output.
void Random::refill() {
    u32 in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(in + 4, key_, sizeof key_);
    memcpy(in + 12, &++blocks_, sizeof blocks_);
    u32 out[16];
    chacha20_block(in, out);
    memcpy(key_, out, sizeof key_);
    memcpy(pool_, out + 8, sizeof pool_);
    left_ = 4;
}

u64 Random::next() {
    if (left_ == 0) refill();
    const u64 v = pool_[--left_];
    pool_[left_] = 0;
    return v;
}
