// pow(). x^y = e^(y ln x); what is left are the special cases of C, annex F.
#include "math/core.h"
#include "math/export.h"

namespace math {

enum class Kind { None, Even, Odd };
static Kind integer_kind(double y) {
    if (fabs(y) >= 0x1p53) return Kind::Even;  // all of these are
    if (rint(y) != y) return Kind::None;
    return static_cast<long>(y) & 1 ? Kind::Odd : Kind::Even;
}

double pow(double x, double y) {
    if (y == 0 || x == 1) return 1;
    if (is_nan(x) || is_nan(y)) return x + y;
    if (is_infinite(y)) return fabs(x) == 1 ? 1 : (fabs(x) > 1) == (y > 0) ? kInfinity : 0;
    const Kind kind = integer_kind(y);
    const double sign = negative(x) && kind == Kind::Odd ? -1 : 1;
    if (x == 0 || is_infinite(x)) return sign * ((x == 0) == (y > 0) ? 0 : kInfinity);
    if (x < 0 && kind == Kind::None) return kNaN;

    const Pair log_x = log_pair({fabs(x), 0});
    const double estimate = log_x.hi * y;
    if (estimate > 710) return sign * kInfinity;
    if (estimate < -746) return sign * 0;
    return sign * rounded(exp_scaled(log_x * y));
}

}  // namespace math

EXPORT_BINARY(pow)
