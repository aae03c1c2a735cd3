// exp(), exp2(), expm1().
#include "math/core.h"
#include "math/export.h"

namespace math {

// Results above the largest double and below half of the smallest.
static bool out_of_range(double power_of_e, double& result) {
    if (is_nan(power_of_e)) return result = power_of_e, true;
    if (power_of_e > 710) return result = kInfinity, true;
    if (power_of_e < -746) return result = 0, true;
    return false;
}

double exp(double x) {
    if (double result; out_of_range(x, result)) return result;
    return rounded(exp_scaled({x, 0}));
}

double exp2(double x) {
    if (double result; out_of_range(x * kLn2.hi, result)) return result;
    const double n = rint(x * 32);
    return rounded(exp_reduced(static_cast<int>(n), kLn2 * (x - n / 32)));
}

double expm1(double x) {
    if (x < -40) return is_infinite(x) ? -1 : -1 + 0x1p-60;
    if (double result; out_of_range(x, result)) return result;
    if (fabs(x) < 0x1p-54) return x;
    if (x > 600) return rounded(exp_scaled({x, 0}));
    return expm1_pair({x, 0}).hi;
}

}  // namespace math

EXPORT_UNARY(exp)
EXPORT_UNARY(exp2)
EXPORT_UNARY(expm1)
