// Numbers of twice a double's precision: the unevaluated sum of two doubles. The functions of math.h compute
// their results with about 68 significant bits and round once, so that nearly all are the double nearest to
// the true value.
//
// Source of the algorithms: T. J. Dekker, "A floating-point technique for extending the available precision"
// (1971); D. E. Knuth, The Art of Computer Programming, volume 2, 4.2.2. They need -ffp-contract=off.
#pragma once

#include "math/bits.h"

namespace math {

struct Pair {
    double hi = 0, lo = 0;  // |lo| <= ulp(hi) / 2
};

// a + b, exactly.
inline Pair two_sum(double a, double b) {
    const double sum = a + b, part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
}
// The same for |a| >= |b|.
inline Pair quick_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}
// a * b, exactly.
inline Pair two_product(double a, double b) {
    const double product = a * b;
    return {product, __builtin_fma(a, b, -product)};
}

inline Pair operator-(Pair a) { return {-a.hi, -a.lo}; }
inline Pair operator+(Pair a, Pair b) {
    Pair high = two_sum(a.hi, b.hi);
    const Pair low = two_sum(a.lo, b.lo);
    high = quick_two_sum(high.hi, high.lo + low.hi);
    return quick_two_sum(high.hi, high.lo + low.lo);
}
inline Pair operator-(Pair a, Pair b) { return a + -b; }
inline Pair operator*(Pair a, Pair b) {
    const Pair product = two_product(a.hi, b.hi);
    return quick_two_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}
inline Pair operator/(Pair a, Pair b) {
    const double quotient = a.hi / b.hi;
    const Pair rest = a - Pair{quotient, 0} * b;
    return quick_two_sum(quotient, rest.hi / b.hi);
}
inline Pair operator+(Pair a, double b) { return a + Pair{b, 0}; }
inline Pair operator-(Pair a, double b) { return a + Pair{-b, 0}; }
inline Pair operator*(Pair a, double b) { return a * Pair{b, 0}; }

// sqrt(a) for a double, rounded. The program's code has an instruction for it, and so has the host.
inline double square_root(double a) {
#ifdef __riscv
    double root;
    asm("fsqrt.d %0, %1" : "=f"(root) : "f"(a));
    return root;
#else
    return __builtin_sqrt(a);
#endif
}
// One step of Newton's method doubles the digits.
inline Pair square_root(Pair a) {
    if (a.hi <= 0) return {};
    const double root = square_root(a.hi);
    const Pair rest = a - two_product(root, root);
    return quick_two_sum(root, rest.hi / (2 * root));
}

}  // namespace math
