/* C: mathematical functions. All results are within one unit of the last place, nearly all are the nearest
 * double; sqrt, fma, fmod, remainder and the functions that round are exact. The variants with f and l
 * (float, long double) compute with doubles. Errors are seen from the result, NAN or HUGE_VAL; errno is not
 * set. See ISO/IEC 9899:2018, 7.12 and annex F. */
#pragma once

#include "sys/cdefs.h"

#define HUGE_VAL  __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define INFINITY  __builtin_inff()
#define NAN       __builtin_nanf("")

#define M_E        2.7182818284590452354
#define M_LOG2E    1.4426950408889634074
#define M_LOG10E   0.43429448190325182765
#define M_LN2      0.69314718055994530942
#define M_LN10     2.30258509299404568402
#define M_PI       3.14159265358979323846
#define M_PI_2     1.57079632679489661923
#define M_PI_4     0.78539816339744830962
#define M_1_PI     0.31830988618379067154
#define M_2_PI     0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2    1.41421356237309504880
#define M_SQRT1_2  0.70710678118654752440

#define FP_NAN       0
#define FP_INFINITE  1
#define FP_ZERO      2
#define FP_SUBNORMAL 3
#define FP_NORMAL    4
#define FP_ILOGB0    (-0x7fffffff - 1)
#define FP_ILOGBNAN  (-0x7fffffff - 1)

#define MATH_ERRNO       1
#define MATH_ERREXCEPT   2
#define math_errhandling MATH_ERREXCEPT

typedef double double_t;
typedef float float_t;

/* For an argument of any type. */
#define fpclassify(x)        __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x)
#define isnan(x)             __builtin_isnan(x)
#define isinf(x)             __builtin_isinf_sign(x)
#define isfinite(x)          __builtin_isfinite(x)
#define isnormal(x)          __builtin_isnormal(x)
#define signbit(x)           __builtin_signbit(x)
#define isgreater(x, y)      __builtin_isgreater(x, y)
#define isgreaterequal(x, y) __builtin_isgreaterequal(x, y)
#define isless(x, y)         __builtin_isless(x, y)
#define islessequal(x, y)    __builtin_islessequal(x, y)
#define islessgreater(x, y)  __builtin_islessgreater(x, y)
#define isunordered(x, y)    __builtin_isunordered(x, y)

BEGIN_C

/* f(x) */
#define MATH_UNARY(name)    \
    double name(double x);  \
    float name##f(float x); \
    long double name##l(long double x)
MATH_UNARY(exp);
MATH_UNARY(exp2);
MATH_UNARY(expm1); /* e^x - 1, exact also for a small x */
MATH_UNARY(log);
MATH_UNARY(log2);
MATH_UNARY(log10);
MATH_UNARY(log1p); /* ln(1 + x), exact also for a small x */
MATH_UNARY(sqrt);
MATH_UNARY(cbrt);
MATH_UNARY(sin); /* radians, of any size */
MATH_UNARY(cos);
MATH_UNARY(tan);
MATH_UNARY(asin);
MATH_UNARY(acos);
MATH_UNARY(atan);
MATH_UNARY(sinh);
MATH_UNARY(cosh);
MATH_UNARY(tanh);
MATH_UNARY(asinh);
MATH_UNARY(acosh);
MATH_UNARY(atanh);
MATH_UNARY(fabs);
MATH_UNARY(floor);
MATH_UNARY(ceil);
MATH_UNARY(trunc);
MATH_UNARY(round);     /* half away from zero */
MATH_UNARY(rint);      /* half to even: the only rounding mode */
MATH_UNARY(nearbyint); /* the same */
MATH_UNARY(logb);      /* the exponent */
#undef MATH_UNARY

/* f(x, y) */
#define MATH_BINARY(name)            \
    double name(double x, double y); \
    float name##f(float x, float y); \
    long double name##l(long double x, long double y)
MATH_BINARY(pow);
MATH_BINARY(atan2); /* the angle of the point (y, x) */
MATH_BINARY(hypot);
MATH_BINARY(fmod);      /* the rest has the sign of x */
MATH_BINARY(remainder); /* the rest of the nearest multiple of y */
MATH_BINARY(fmin);
MATH_BINARY(fmax);
MATH_BINARY(fdim);
MATH_BINARY(copysign);
#undef MATH_BINARY

double ldexp(double x, int n); /* x * 2^n */
float ldexpf(float x, int n);
long double ldexpl(long double x, int n);
double scalbn(double x, int n);
float scalbnf(float x, int n);
long double scalbnl(long double x, int n);
double scalbln(double x, long n);
float scalblnf(float x, long n);
long double scalblnl(long double x, long n);
double frexp(double x, int* exponent); /* x = result * 2^*exponent, with 0.5 <= |result| < 1 */
float frexpf(float x, int* exponent);
long double frexpl(long double x, int* exponent);
double modf(double x, double* whole); /* the fraction */
float modff(float x, float* whole);
int ilogb(double x);
int ilogbf(float x);
int ilogbl(long double x);
long lround(double x);
long lroundf(float x);
long lroundl(long double x);
long lrint(double x);
long lrintf(float x);
long lrintl(long double x);
long long llround(double x);
long long llroundf(float x);
long long llroundl(long double x);
long long llrint(double x);
long long llrintf(float x);
long long llrintl(long double x);
double remquo(double x, double y, int* quotient); /* remainder(), and the low bits of the quotient */
float remquof(float x, float y, int* quotient);
double nextafter(double x, double to);
float nextafterf(float x, float to);
double fma(double x, double y, double z); /* x * y + z, rounded once */
float fmaf(float x, float y, float z);
double nan(const char* text);
float nanf(const char* text);
void sincos(double x, double* s, double* c);

END_C
