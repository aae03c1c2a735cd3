// The names of math.h. The functions are in namespace math, which the tests on the host compile too; a
// program has them under C's names, with the variants for float and long double, which compute with doubles.
#pragma once

#include "math/bits.h"

#ifdef __riscv
#define MATH_NAME(result, name) extern "C" result name
#else
#define MATH_NAME(result, name) [[maybe_unused]] static result exported_##name
#endif

#define EXPORT_UNARY(name)                                                           \
    MATH_NAME(double, name)(double x) { return math::name(x); }                      \
    MATH_NAME(float, name##f)(float x) { return static_cast<float>(math::name(x)); } \
    MATH_NAME(long double, name##l)(long double x) { return math::name(static_cast<double>(x)); }

#define EXPORT_BINARY(name)                                                                      \
    MATH_NAME(double, name)(double x, double y) { return math::name(x, y); }                     \
    MATH_NAME(float, name##f)(float x, float y) { return static_cast<float>(math::name(x, y)); } \
    MATH_NAME(long double, name##l)(long double x, long double y) {                              \
        return math::name(static_cast<double>(x), static_cast<double>(y));                       \
    }

// f(x, other), with a second argument that is no number of the function's kind.
#define EXPORT_WITH(name, other)                                                                 \
    MATH_NAME(double, name)(double x, other a) { return math::name(x, a); }                      \
    MATH_NAME(float, name##f)(float x, other a) { return static_cast<float>(math::name(x, a)); } \
    MATH_NAME(long double, name##l)(long double x, other a) { return math::name(static_cast<double>(x), a); }

// To an integer.
#define EXPORT_TO(result, name)                                   \
    MATH_NAME(result, name)(double x) { return math::name(x); }   \
    MATH_NAME(result, name##f)(float x) { return math::name(x); } \
    MATH_NAME(result, name##l)(long double x) { return math::name(static_cast<double>(x)); }
