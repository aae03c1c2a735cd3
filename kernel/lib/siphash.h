// SipHash (J.-P. Aumasson and D. Bernstein, "SipHash: a fast short-input PRF", 2012): a hash that nobody can
// predict without the key. SipHash-2-4 is the version that its authors recommend; 1-3 is faster and enough
// where an attacker never sees the result itself.
#pragma once

#include <bit>

#include "lib/types.h"

// Hashes one message: whole words first, then at most seven bytes more, all in little-endian order.
template <int kRoundsOfAWord, int kFinalRounds>
class SipHash {
  public:
    constexpr explicit SipHash(const u64 (&key)[2])
        : v0_(key[0] ^ 0x736f'6d65'7073'6575),
          v1_(key[1] ^ 0x646f'7261'6e64'6f6d),
          v2_(key[0] ^ 0x6c79'6765'6e65'7261),
          v3_(key[1] ^ 0x7465'6462'7974'6573) {}

    constexpr SipHash& add(u64 word) {
        v3_ ^= word;
        rounds(kRoundsOfAWord);
        v0_ ^= word;
        return *this;
    }
    // `length`: bytes of the whole message. `rest`: those after the last whole word.
    constexpr u64 finish(u64 length, u64 rest = 0) {
        add(length << 56 | rest);
        v2_ ^= 0xff;
        rounds(kFinalRounds);
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

  private:
    constexpr void rounds(int n) {
        for (; n > 0; n--) {
            v0_ += v1_, v1_ = std::rotl(v1_, 13) ^ v0_, v0_ = std::rotl(v0_, 32);
            v2_ += v3_, v3_ = std::rotl(v3_, 16) ^ v2_;
            v0_ += v3_, v3_ = std::rotl(v3_, 21) ^ v0_;
            v2_ += v1_, v1_ = std::rotl(v1_, 17) ^ v2_, v2_ = std::rotl(v2_, 32);
        }
    }
    u64 v0_, v1_, v2_, v3_;
};

using SipHash13 = SipHash<1, 3>;
using SipHash24 = SipHash<2, 4>;
