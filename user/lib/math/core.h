// What several functions of math.h share. All are accurate to about 2^-67 of the result.
#pragma once

#include "math/pair.h"

namespace math {

inline constexpr Pair kLn2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
inline constexpr Pair kHalfPi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
inline constexpr Pair kPi{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};

// value * 2^exponent
struct Scaled {
    Pair value;
    int exponent;
};
// Rounds once, also to a subnormal number; infinite if too large.
double rounded(Scaled x);

// e^r - 1, for |r| < 0.011.
Pair expm1_series(Pair r);
// e^x, for |x| < 800.
Scaled exp_scaled(Pair x);
// 2^(n/32) * e^r, for |r| < 0.011.
Scaled exp_reduced(int n, Pair r);
// e^x - 1 and e^x as pairs, for |x| < 700: the exponent fits a double.
Pair expm1_pair(Pair x);
Pair exp_pair(Pair x);

// ln x, for a finite x > 0. If x is near 1, the error is relative to ln x.
Pair log_pair(Pair x);

// The angle of the point (x, y), for finite x and y of which one is not 0: -pi to pi.
Pair angle(Pair y, Pair x);

// An angle x >= 0 as quadrant * pi/2 + rest, with |rest| <= pi/4. Exact for all finite x.
struct Reduced {
    Pair rest;
    unsigned quadrant;
};
Reduced reduce(double x);

}  // namespace math
