// sin(), cos(), tan(): the angle is reduced to |r| <= pi/4, where the series of Taylor are short.
#include "math/core.h"
#include "math/export.h"

namespace math {

// r - r^3/3! + r^5/5! - ... The first term has all its digits; one double is enough for the sum of the
// others.
static Pair sin_series(Pair r) {
    const double z = r.hi * r.hi;
    double rest = 1 / 355687428096000.0;
    for (const double factorial : {1307674368000.0, 6227020800.0, 39916800.0, 362880.0, 5040.0, 120.0, 6.0})
        rest = 1 / factorial - z * rest;
    return quick_two_sum(r.hi, r.lo * (1 - z / 2) - r.hi * z * rest);
}

// 1 - r^2/2! + r^4/4! - ..., with all the digits of the first two terms.
static Pair cos_series(Pair r) {
    const Pair square = r * r;
    const double z = square.hi;
    double rest = 1 / 6402373705728000.0;
    for (const double factorial :
         {20922789888000.0, 87178291200.0, 479001600.0, 3628800.0, 40320.0, 720.0, 24.0})
        rest = 1 / factorial - z * rest;
    const Pair first = quick_two_sum(1, -z / 2);
    return quick_two_sum(first.hi, first.lo + (z * z * rest - square.lo / 2));
}

// sin(x + turns * pi/2), for x >= 0.
static double sin_turned(double x, unsigned turns) {
    const Reduced a = reduce(x);
    const unsigned quadrant = a.quadrant + turns;
    const double value = (quadrant & 1 ? cos_series(a.rest) : sin_series(a.rest)).hi;
    return quadrant & 2 ? -value : value;
}

double sin(double x) {
    if (!is_finite(x)) return kNaN;
    if (fabs(x) < 0x1p-27) return x;
    return negative(x) ? -sin_turned(-x, 0) : sin_turned(x, 0);
}

double cos(double x) {
    if (!is_finite(x)) return kNaN;
    return sin_turned(fabs(x), 1);
}

double tan(double x) {
    if (!is_finite(x)) return kNaN;
    if (fabs(x) < 0x1p-28) return x;
    const Reduced a = reduce(fabs(x));
    const Pair s = sin_series(a.rest), c = cos_series(a.rest);
    const double value = (a.quadrant & 1 ? -c / s : s / c).hi;
    return negative(x) ? -value : value;
}

}  // namespace math

MATH_NAME(void, sincos)(double x, double* s, double* c) { *s = math::sin(x), *c = math::cos(x); }
EXPORT_UNARY(sin)
EXPORT_UNARY(cos)
EXPORT_UNARY(tan)
