// Angles, reduced to a quadrant. The bits of 2/pi that decide the quadrant and the rest are multiplied by x
// as integers, so the result is exact for any x. Source: M. H. Payne, R. N. Hanek, "Radian reduction for
// trigonometric functions" (1983).
#include "math/core.h"

namespace math {

using u128 = unsigned __int128;

// 64 bits of zero, and the first 1280 of 2/pi.
static constexpr u64 kTwoOverPi[] = {
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
};

// 64 bits of it from this one.
static u64 bits_at(int index) {
    const u64* word = &kTwoOverPi[index / 64];
    const int shift = index % 64;
    return shift ? word[0] << shift | word[1] >> (64 - shift) : word[0];
}

// A fraction of 192 bits as a pair of its first 106 significant ones; `top` is worth 2^62.
static Pair to_pair(u64 top, u64 middle, u64 low) {
    int exponent = -62;
    if (top == 0) top = middle, middle = low, low = 0, exponent -= 64;
    if (top == 0) return {};
    if (const int shift = __builtin_clzl(top); shift > 0) {
        top = top << shift | middle >> (64 - shift);
        middle = middle << shift | low >> (64 - shift);
        exponent -= shift;
    }
    const double first = static_cast<double>(top >> 11) * 0x1p11;
    const double second = static_cast<double>((top & 0x7ff) << 42 | middle >> 22) * 0x1p-42;
    const double scale = power_of_two(exponent);
    return quick_two_sum(first * scale, second * scale);
}

Reduced reduce(double x) {
    if (x <= kHalfPi.hi / 2) return {{x, 0}, 0};
    const u64 mantissa = (bits(x) & kFraction) | 1ull << 52;
    const int exponent = static_cast<int>(bits(x) >> 52) - 1075;
    // x = mantissa * 2^exponent. Bits of 2/pi that make multiples of 4 in the product are left out: four
    // quadrants are a full turn. The first bit used makes multiples of 2.
    const int first = 62 + exponent;
    const u128 low = static_cast<u128>(mantissa) * bits_at(first + 128);
    const u128 middle = static_cast<u128>(mantissa) * bits_at(first + 64) + (low >> 64);
    u64 word[3] = {mantissa * bits_at(first) + static_cast<u64>(middle >> 64), static_cast<u64>(middle),
                   static_cast<u64>(low)};
    const u64 quadrant = (word[0] + (1ull << 61)) >> 62;
    word[0] -= quadrant << 62;
    const bool below = word[0] >> 63;
    if (below) {
        for (u64& w : word) w = ~w;  // one less than the negative number: 2^-190 does not matter
    }
    const Pair rest = to_pair(word[0], word[1], word[2]) * kHalfPi;
    return {below ? -rest : rest, static_cast<unsigned>(quadrant & 3)};
}

}  // namespace math
