#include "lib/random.h"

#include <bit>

#include "lib/string.h"

namespace {
[[gnu::always_inline]] inline void quarter_round(u32& a, u32& b, u32& c, u32& d) {
    a += b, d = std::rotl(d ^ a, 16);
    c += d, b = std::rotl(b ^ c, 12);
    a += b, d = std::rotl(d ^ a, 8);
    c += d, b = std::rotl(b ^ c, 7);
}
}  // namespace

// RFC 8439 section 2.3.1. Without a loop over the columns, all sixteen words stay in registers.
void chacha20_block(const u32 in[16], u32 out[16]) {
    u32 x[16];
    memcpy(x, in, sizeof x);
    for (int i = 0; i < 10; i++) {
        quarter_round(x[0], x[4], x[8], x[12]);
        quarter_round(x[1], x[5], x[9], x[13]);
        quarter_round(x[2], x[6], x[10], x[14]);
        quarter_round(x[3], x[7], x[11], x[15]);
        quarter_round(x[0], x[5], x[10], x[15]);
        quarter_round(x[1], x[6], x[11], x[12]);
        quarter_round(x[2], x[7], x[8], x[13]);
        quarter_round(x[3], x[4], x[9], x[14]);
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
