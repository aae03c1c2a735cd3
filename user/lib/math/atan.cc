// atan(), atan2(), asin(), acos(): all are angles of a point.
#include "math/core.h"
#include "math/export.h"

namespace math {

double atan(double x) {
    if (is_nan(x) || fabs(x) < 0x1p-28) return x;
    if (fabs(x) > 0x1p60) return copysign(kHalfPi.hi, x);
    return angle({x, 0}, {1, 0}).hi;
}

double asin(double x) {
    if (!(fabs(x) <= 1)) return kNaN;
    if (fabs(x) < 0x1p-28) return x;
    return angle({x, 0}, square_root(two_sum(1, -x) * two_sum(1, x))).hi;
}

double acos(double x) {
    if (!(fabs(x) <= 1)) return kNaN;
    return angle(square_root(two_sum(1, -x) * two_sum(1, x)), {x, 0}).hi;
}

// On an axis, or in infinity: the angle is a multiple of 45 degrees.
static bool special(double y, double x, double& result) {
    if (is_nan(x) || is_nan(y)) return result = kNaN, true;
    const double straight = negative(x) ? kPi.hi : 0;
    double size;
    if (is_infinite(x) && is_infinite(y))
        size = negative(x) ? 3 * kHalfPi.hi / 2 : kHalfPi.hi / 2;
    else if (y == 0 || is_infinite(x))
        size = straight;
    else if (x == 0 || is_infinite(y))
        size = kHalfPi.hi;
    else
        return false;
    return result = copysign(size, y), true;
}

double atan2(double y, double x) {
    if (double result; special(y, x, result)) return result;
    const Parts py = parts(y), px = parts(x);
    const int distance = py.exponent - px.exponent;
    if (distance > 64) return copysign(kHalfPi.hi, y);
    if (distance < -64) return negative(x) ? copysign(kPi.hi, y) : y / x;
    return angle({copysign(ldexp(py.fraction, distance), y), 0}, {copysign(px.fraction, x), 0}).hi;
}

}  // namespace math

EXPORT_UNARY(atan)
EXPORT_UNARY(asin)
EXPORT_UNARY(acos)
EXPORT_BINARY(atan2)
