// A double as its bits: sign, exponent, fraction (IEEE 754, binary64).
#pragma once

#include "lib/types.h"

namespace math {

inline constexpr double kInfinity = __builtin_inf();
inline constexpr double kNaN = __builtin_nan("");
inline constexpr u64 kSign = 1ull << 63;
inline constexpr u64 kFraction = (1ull << 52) - 1;

inline u64 bits(double x) { return __builtin_bit_cast(u64, x); }
inline double from_bits(u64 b) { return __builtin_bit_cast(double, b); }
inline bool is_nan(double x) { return __builtin_isnan(x); }
inline bool is_infinite(double x) { return __builtin_isinf(x); }
inline bool is_finite(double x) { return __builtin_isfinite(x); }
inline bool negative(double x) { return bits(x) >> 63; }
inline double fabs(double x) { return from_bits(bits(x) & ~kSign); }
inline double copysign(double x, double sign) { return from_bits((bits(x) & ~kSign) | (bits(sign) & kSign)); }

// 2^n, for -1022 <= n <= 1023.
inline double power_of_two(int n) { return from_bits(static_cast<u64>(n + 1023) << 52); }

// |x| = fraction * 2^exponent with 1 <= fraction < 2, for a finite x that is not 0.
struct Parts {
    double fraction;
    int exponent;
};
inline Parts parts(double x) {
    const bool subnormal = (bits(x) >> 52 & 0x7ff) == 0;
    if (subnormal) x *= 0x1p54;
    const int exponent = static_cast<int>(bits(x) >> 52 & 0x7ff) - 1023;
    return {from_bits((bits(x) & kFraction) | bits(1.0)), subnormal ? exponent - 54 : exponent};
}

// Rounds to an integer, half to even: adding 2^52 leaves no room for a fraction.
inline double rint(double x) {
    if (!(fabs(x) < 0x1p52)) return x;
    return copysign((fabs(x) + 0x1p52) - 0x1p52, x);
}

double ldexp(double x, int n);

}  // namespace math
