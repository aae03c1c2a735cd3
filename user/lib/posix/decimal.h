// The decimal digits of a double, all of them: every double is a finite decimal number.
#pragma once

#include "lib/types.h"

struct Decimal {
    // The longest is the largest subnormal number. The first word may have only one digit.
    static constexpr int kMost = 776;

    // 0.DDDD * 10^point, where the first digit is not 0; for 0, one digit 0 and point 1.
    char digits[kMost];
    int count = 0;
    int point = 0;

    // |value|, which must be finite.
    explicit Decimal(double value);

    // Rounds to the first n digits, half to even. n may be 0 or negative: the number may round up to the
    // place before its first digit.
    void round(int n);
    char digit(int i) const { return i >= 0 && i < count ? digits[i] : '0'; }
};

// A reference to it links double.cc, and so %f: to emit_double(), the kernel's formatter has only a weak one.
namespace posix {
extern const bool kPrintsDoubles;
}
