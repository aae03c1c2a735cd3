// fmod(), remainder(), remquo(): exact, with integers.
#include "math/export.h"

namespace math {

// x = whole * y + rest, for finite x, y > 0. Returns the rest; the low bits of whole in `quotient`.
static double divide(double x, double y, u64& quotient) {
    quotient = 0;
    if (x < y) return x;
    const Parts px = parts(x), py = parts(y);
    u64 rest = bits(px.fraction) & kFraction, divisor = bits(py.fraction) & kFraction;
    rest |= 1ull << 52, divisor |= 1ull << 52;
    // 11 bits at a time: they fit a word with the 53 of the rest.
    int left = px.exponent - py.exponent;
    for (int step = 0;; step = left < 11 ? left : 11) {
        left -= step;
        rest <<= step;
        quotient = quotient << step | rest / divisor;
        rest %= divisor;
        if (left == 0) break;
    }
    return ldexp(static_cast<double>(rest), py.exponent - 52);
}

static bool special(double x, double y, double& result) {
    if (is_nan(x) || is_nan(y) || is_infinite(x) || y == 0) return result = kNaN, true;
    if (is_infinite(y) || x == 0) return result = x, true;
    return false;
}

double fmod(double x, double y) {
    if (double result; special(x, y, result)) return result;
    u64 quotient;
    return copysign(divide(fabs(x), fabs(y), quotient), x);
}

double remquo(double x, double y, int* low_bits) {
    *low_bits = 0;
    if (double result; special(x, y, result)) return result;
    const double size = fabs(y);
    u64 quotient;
    double rest = divide(fabs(x), size, quotient);
    // To the nearest multiple; from the middle to the even one. rest > size / 2, without a rounded half.
    const double other = size - rest;
    if (rest > other || (rest == other && quotient & 1)) rest -= size, quotient++;
    const int shown = static_cast<int>(quotient & 0x7fff'ffff);
    *low_bits = negative(x) == negative(y) ? shown : -shown;
    return rest == 0 ? copysign(0, x) : negative(x) ? -rest : rest;
}

double remainder(double x, double y) {
    int low_bits;
    return remquo(x, y, &low_bits);
}

}  // namespace math

EXPORT_BINARY(fmod)
EXPORT_BINARY(remainder)
MATH_NAME(double, remquo)(double x, double y, int* q) { return math::remquo(x, y, q); }
MATH_NAME(float, remquof)(float x, float y, int* q) { return static_cast<float>(math::remquo(x, y, q)); }
