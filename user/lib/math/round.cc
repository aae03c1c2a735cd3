// Rounding to integers: of the bits of the fraction, or by adding 2^52.
#include "math/export.h"

namespace math {

double trunc(double x) {
    const int exponent = static_cast<int>(bits(x) >> 52 & 0x7ff) - 1023;
    if (exponent < 0) return copysign(0, x);
    if (exponent >= 52) return x;
    return from_bits(bits(x) & ~(kFraction >> exponent));
}
double floor(double x) {
    const double whole = trunc(x);
    return whole > x ? whole - 1 : whole;
}
double ceil(double x) {
    const double whole = trunc(x);
    return whole < x ? copysign(whole + 1, x) : whole;
}
// Half away from zero.
double round(double x) {
    const double whole = trunc(x);
    return fabs(x - whole) >= 0.5 ? whole + copysign(1, x) : whole;
}
double nearbyint(double x) { return rint(x); }

// A value that no long has is converted as the machine does it.
static long to_long(double x) {
    if (is_nan(x) || x >= 0x1p63) return 0x7fff'ffff'ffff'ffff;
    if (x < -0x1p63) return -0x7fff'ffff'ffff'ffff - 1;
    return static_cast<long>(x);
}
long lround(double x) { return to_long(round(x)); }
long lrint(double x) { return to_long(rint(x)); }
long long llround(double x) { return lround(x); }
long long llrint(double x) { return lrint(x); }

double modf(double x, double* whole) {
    *whole = trunc(x);
    return copysign(is_infinite(x) ? 0 : x - *whole, x);
}

}  // namespace math

EXPORT_UNARY(trunc)
EXPORT_UNARY(floor)
EXPORT_UNARY(ceil)
EXPORT_UNARY(round)
EXPORT_UNARY(rint)
EXPORT_UNARY(nearbyint)
EXPORT_TO(long, lround)
EXPORT_TO(long, lrint)
EXPORT_TO(long long, llround)
EXPORT_TO(long long, llrint)
MATH_NAME(double, modf)(double x, double* whole) { return math::modf(x, whole); }
MATH_NAME(float, modff)(float x, float* whole) {
    double d;
    const double rest = math::modf(x, &d);
    *whole = static_cast<float>(d);
    return static_cast<float>(rest);
}
