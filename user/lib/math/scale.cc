// Functions of the exponent: ldexp(), scalbn(), frexp(), logb(), ilogb(), nextafter().
#include "math/export.h"

namespace math {

// At most three exact steps, so that the result is rounded once. A step down leaves room for a full fraction.
double ldexp(double x, int n) {
    for (int i = 0; i < 2 && n > 1023; i++) x *= 0x1p1023, n -= 1023;
    for (int i = 0; i < 2 && n < -1022; i++) x *= 0x1p-969, n += 969;
    return x * power_of_two(n > 1023 ? 1023 : n < -1022 ? -1022 : n);
}
double scalbn(double x, int n) { return ldexp(x, n); }
double scalbln(double x, long n) {
    return ldexp(x, n > 9999 ? 9999 : n < -9999 ? -9999 : static_cast<int>(n));
}

double frexp(double x, int* exponent) {
    *exponent = 0;
    if (!is_finite(x) || x == 0) return x;
    const Parts p = parts(x);
    *exponent = p.exponent + 1;
    return copysign(p.fraction / 2, x);
}

double logb(double x) {
    if (x == 0) return -kInfinity;
    return is_finite(x) ? parts(x).exponent : x * x;
}
int ilogb(double x) {
    if (x == 0 || is_nan(x)) return -0x7fff'ffff - 1;
    return is_infinite(x) ? 0x7fff'ffff : parts(x).exponent;
}

// The bits of neighbours are neighbours.
double nextafter(double x, double to) {
    if (is_nan(x) || is_nan(to)) return kNaN;
    if (x == to) return to;
    if (x == 0) return copysign(0x1p-1074, to);
    return from_bits((x < to) == (x > 0) ? bits(x) + 1 : bits(x) - 1);
}
static float nextafter(float x, float to) {
    if (is_nan(x) || is_nan(to)) return static_cast<float>(kNaN);
    if (x == to) return to;
    if (x == 0) return static_cast<float>(copysign(0x1p-149, to));
    const auto b = __builtin_bit_cast(u32, x);
    return __builtin_bit_cast(float, (x < to) == (x > 0) ? b + 1 : b - 1);
}

}  // namespace math

EXPORT_WITH(ldexp, int)
EXPORT_WITH(scalbn, int)
EXPORT_WITH(scalbln, long)
EXPORT_WITH(frexp, int*)
EXPORT_UNARY(logb)
EXPORT_TO(int, ilogb)
MATH_NAME(double, nextafter)(double x, double to) { return math::nextafter(x, to); }
MATH_NAME(float, nextafterf)(float x, float to) { return math::nextafter(x, to); }
