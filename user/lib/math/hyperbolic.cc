// sinh(), cosh(), tanh() from e^x, and their inverse functions from ln x.
#include "math/core.h"
#include "math/export.h"

namespace math {

// e^x / 2, where e^-x does not matter.
static double half_of_exp(double x) {
    if (x > 712) return kInfinity;
    Scaled e = exp_scaled({x, 0});
    e.exponent--;
    return rounded(e);
}

double sinh(double x) {
    if (!is_finite(x) || fabs(x) < 0x1p-28) return x;
    if (fabs(x) > 40) return copysign(half_of_exp(fabs(x)), x);
    const Pair q = expm1_pair({fabs(x), 0});
    return copysign(((q + q / (q + 1)) * 0.5).hi, x);
}

double cosh(double x) {
    if (!is_finite(x)) return x * x;
    if (fabs(x) > 40) return half_of_exp(fabs(x));
    const Pair e = exp_pair({fabs(x), 0});
    return ((e + Pair{1, 0} / e) * 0.5).hi;
}

double tanh(double x) {
    if (is_nan(x) || fabs(x) < 0x1p-28) return x;
    if (fabs(x) > 22) return copysign(1, x);
    const Pair q = expm1_pair({2 * fabs(x), 0});
    return copysign((q / (q + 2)).hi, x);
}

// ln(x + sqrt(x^2 + 1)), with the sum as 1 + x + x^2 / (1 + sqrt(x^2 + 1)) for the sake of a small x.
double asinh(double x) {
    if (!is_finite(x) || fabs(x) < 0x1p-28) return x;
    const double a = fabs(x);
    if (a > 0x1p60) return copysign((log_pair({a, 0}) + kLn2).hi, x);
    const Pair square = two_product(a, a);
    return copysign(log_pair(square / (square_root(square + 1) + 1) + a + 1).hi, x);
}

double acosh(double x) {
    if (x < 1) return kNaN;
    if (!is_finite(x)) return x;
    if (x > 0x1p60) return (log_pair({x, 0}) + kLn2).hi;
    const Pair root = square_root(two_sum(x, -1) * two_sum(x, 1));
    return log_pair(root + two_sum(x, -1) + 1).hi;
}

double atanh(double x) {
    if (is_nan(x) || fabs(x) < 0x1p-28) return x;
    if (fabs(x) >= 1) return fabs(x) == 1 ? copysign(kInfinity, x) : kNaN;
    return ((log_pair(two_sum(1, x)) - log_pair(two_sum(1, -x))) * 0.5).hi;
}

}  // namespace math

EXPORT_UNARY(sinh)
EXPORT_UNARY(cosh)
EXPORT_UNARY(tanh)
EXPORT_UNARY(asinh)
EXPORT_UNARY(acosh)
EXPORT_UNARY(atanh)
