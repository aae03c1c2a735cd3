// Functions of the sign and the order of numbers, and fma().
#include "math/export.h"

namespace math {

double fmin(double x, double y) { return is_nan(x) || y < x || (x == y && negative(y)) ? y : x; }
double fmax(double x, double y) { return is_nan(x) || y > x || (x == y && negative(x)) ? y : x; }
double fdim(double x, double y) { return is_nan(x) || is_nan(y) ? kNaN : x > y ? x - y : 0; }
static double nan(const char*) { return kNaN; }

}  // namespace math

EXPORT_UNARY(fabs)
EXPORT_BINARY(copysign)
EXPORT_BINARY(fmin)
EXPORT_BINARY(fmax)
EXPORT_BINARY(fdim)
MATH_NAME(double, nan)(const char* text) { return math::nan(text); }
MATH_NAME(float, nanf)(const char* text) { return static_cast<float>(math::nan(text)); }
// One instruction of the machine.
MATH_NAME(double, fma)(double x, double y, double z) { return __builtin_fma(x, y, z); }
MATH_NAME(float, fmaf)(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
