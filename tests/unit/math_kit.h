// The functions of user/lib/math beside the host's.
#pragma once

#include <cmath>
#include <random>

#include "math/bits.h"

namespace math {

#define UNARY(name) double name(double x);
#include "unit/math_unary.def"
#undef UNARY
#define BINARY(name) double name(double x, double y);
BINARY(pow)
BINARY(atan2)
BINARY(hypot)
BINARY(fmod)
BINARY(remainder)
BINARY(fmin)
BINARY(fmax)
BINARY(fdim)
BINARY(nextafter)
#undef BINARY
double remquo(double x, double y, int* low_bits);
double modf(double x, double* whole);
double frexp(double x, int* exponent);
double logb(double x);
int ilogb(double x);
long lround(double x);
long lrint(double x);

}  // namespace math

// The distance of a double from the true value, in units of its last place. The host's long double is the
// judge.
inline double error_in_ulps(double ours, long double truth) {
    const double nearest = static_cast<double>(truth);
    if (std::isnan(ours) || std::isnan(nearest)) return std::isnan(ours) == std::isnan(nearest) ? 0 : 1e9;
    if (ours == nearest) return std::signbit(ours) == std::signbit(nearest) ? 0 : 1e9;
    if (std::isinf(ours) || std::isinf(nearest)) return 1e9;
    const double ulp = std::nextafter(std::fabs(nearest), INFINITY) - std::fabs(nearest);
    return static_cast<double>(std::fabs(static_cast<long double>(ours) - truth) /
                               static_cast<long double>(ulp));
}

// Numbers that are hard for some function.
inline const double kSpecial[] = {0.0,
                                  -0.0,
                                  1,
                                  -1,
                                  2,
                                  -2,
                                  0.5,
                                  -0.5,
                                  3,
                                  -3,
                                  1.5,
                                  -1.5,
                                  2.5,
                                  -2.5,
                                  0.1,
                                  10,
                                  100,
                                  1000,
                                  1e22,
                                  -1e22,
                                  1e300,
                                  -1e300,
                                  0x1p-1074,
                                  -0x1p-1074,
                                  0x1p-1022,
                                  -0x1p-1022,
                                  0x1p1023,
                                  0x1.fffffffffffffp1023,
                                  -0x1.fffffffffffffp1023,
                                  0x1p52,
                                  0x1p53,
                                  0x1p53 + 2,
                                  0x1p52 - 0.5,
                                  0.49999999999999994,
                                  -0.49999999999999994,
                                  0x1.fffffffffffffp-1,
                                  0x1.0000000000001p0,
                                  M_PI,
                                  M_PI_2,
                                  M_PI_4,
                                  -M_PI,
                                  355,
                                  0x1.6ac5b262ca1ffp849,
                                  709.78,
                                  709.79,
                                  -708.4,
                                  -745.13,
                                  -745.14,
                                  1023.5,
                                  1024,
                                  -1074,
                                  -1075,
                                  -1074.5,
                                  INFINITY,
                                  -INFINITY,
                                  NAN};

// Numbers of all sizes.
class Numbers {
  public:
    double any() {
        double x;
        do x = math::from_bits(random_());
        while (!std::isfinite(x));
        return x;
    }
    // Of magnitudes from 2^low to 2^high, or of one sign only.
    double within(int low, int high) {
        const int exponent = low + static_cast<int>(random_() % static_cast<u64>(high - low));
        return std::ldexp(1 + static_cast<double>(random_() >> 11) * 0x1p-53, exponent) *
               (random_() & 1 ? 1 : -1);
    }
    double between(double low, double high) {
        return low + (high - low) * (static_cast<double>(random_() >> 11) * 0x1p-53);
    }

  private:
    std::mt19937_64 random_{20};
};
