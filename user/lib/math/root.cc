// sqrt(), cbrt(), hypot().
#include "math/export.h"
#include "math/pair.h"

namespace math {

double sqrt(double x) { return square_root(x); }

double cbrt(double x) {
    if (!is_finite(x) || x == 0) return x;
    auto [m, exponent] = parts(x);
    const int third = (exponent - (exponent < 0 ? 2 : 0)) / 3;
    m = ldexp(m, exponent - 3 * third);  // 1 <= m < 8
    double y = 0.8 + m * (0.27 - m * 0.0145);
    for (int i = 0; i < 4; i++) y -= (y - m / (y * y)) / 3;
    // The last step, with the difference to all its digits.
    const Pair rest = Pair{m, 0} - two_product(y, y) * y;
    y += rest.hi / (3 * y * y);
    return copysign(ldexp(y, third), x);
}

double hypot(double x, double y) {
    if (is_infinite(x) || is_infinite(y)) return kInfinity;
    if (is_nan(x) || is_nan(y)) return kNaN;
    double large = fabs(x), small = fabs(y);
    if (large < small) large = fabs(y), small = fabs(x);
    if (small == 0 || large * 0x1p-60 > small) return large;
    // Scaled so that no square is too large or too small.
    const int exponent = parts(large).exponent;
    large = ldexp(large, -exponent), small = ldexp(small, -exponent);
    return ldexp(square_root(two_product(large, large) + two_product(small, small)).hi, exponent);
}

}  // namespace math

EXPORT_UNARY(sqrt)
EXPORT_UNARY(cbrt)
EXPORT_BINARY(hypot)
