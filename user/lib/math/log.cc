// log(), log2(), log10(), log1p().
#include "math/core.h"
#include "math/export.h"

namespace math {

static constexpr Pair kLog2OfE{0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
static constexpr Pair kLog10OfE{0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};

// What has no logarithm to compute.
static bool special(double x, double& result) {
    if (is_nan(x) || x == kInfinity) return result = x, true;
    if (x == 0) return result = -kInfinity, true;
    if (x < 0) return result = kNaN, true;
    return false;
}

double log(double x) {
    if (double result; special(x, result)) return result;
    return log_pair({x, 0}).hi;
}
double log2(double x) {
    if (double result; special(x, result)) return result;
    return (log_pair({x, 0}) * kLog2OfE).hi;
}
double log10(double x) {
    if (double result; special(x, result)) return result;
    return (log_pair({x, 0}) * kLog10OfE).hi;
}
double log1p(double x) {
    if (double result; special(1 + x, result)) return result;
    if (fabs(x) < 0x1p-54) return x;
    return log_pair(two_sum(1, x)).hi;
}

}  // namespace math

EXPORT_UNARY(log)
EXPORT_UNARY(log2)
EXPORT_UNARY(log10)
EXPORT_UNARY(log1p)
