// strtod(), strtof(), strtold(), atof(): the number nearest to a text of any length, half to even.
#include <errno.h>

#include "math/bits.h"
#include "posix/big.h"

namespace {

// A kind of floating-point number.
struct Kind {
    int digits;    // of the mantissa, in bits
    int smallest;  // the exponent of the smallest subnormal number
    int largest;   // all numbers are below 2^largest
};
constexpr Kind kDouble{53, -1074, 1024}, kFloat{24, -149, 128};

double out_of_range(double value) {
    errno = ERANGE;
    return value;
}

// (top and a bit more, if `inexact`) * 2^exponent. The first bit of `top` is set, unless it is 0.
struct Binary {
    u64 top = 0;
    int exponent = 0;
    bool inexact = false;

    double rounded(const Kind& kind) const {
        if (top == 0) return 0;
        if (exponent + 64 > kind.largest) return out_of_range(math::kInfinity);
        int drop = 64 - kind.digits;
        if (exponent + drop < kind.smallest) drop = kind.smallest - exponent;
        if (drop > 64) return out_of_range(0);  // less than half of the smallest number
        const u64 half = 1ull << (drop - 1);
        const u64 rest = drop == 64 ? top : top & ((half << 1) - 1);
        u64 kept = drop == 64 ? 0 : top >> drop;
        kept += rest > half || (rest == half && (inexact || (kept & 1)));
        const double result = math::ldexp(static_cast<double>(kept), exponent + drop);
        const bool subnormal = drop > 64 - kind.digits;
        if (kept >> kind.digits && exponent + 64 == kind.largest) return out_of_range(math::kInfinity);
        return subnormal && (rest || inexact) ? out_of_range(result) : result;
    }
};

// The digits of a number, and where its point is.
struct Digits {
    const char* first = nullptr;
    const char* end = nullptr;  // of the digits and the point
    int count = 0;              // significant ones: without zeros at the front
    int before_point = 0;       // value = 0.DDD * base^before_point
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = (c | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : 99;
}

// Null `end`: no digit.
Digits find_digits(const char* p, int base) {
    Digits d;
    bool any = false, behind = false;
    for (;; p++) {
        if (*p == '.' && !behind) {
            behind = true;
            continue;
        }
        if (hex_digit(*p) >= base) break;
        any = true;
        const bool leading = d.count == 0 && *p == '0';
        if (!leading && d.count++ == 0) d.first = p;
        d.before_point += behind ? (leading ? -1 : 0) : (leading ? 0 : 1);
    }
    d.end = any ? p : nullptr;
    return d;
}

// The exponent behind e or p, which has no effect without digits. Far out of range stays far out of range.
const char* read_exponent(const char* p, char letter, int& exponent) {
    if ((*p | 0x20) != letter) return p;
    const char* q = p + 1;
    const bool below = *q == '-';
    if (*q == '-' || *q == '+') q++;
    int n = 0;
    for (; *q >= '0' && *q <= '9'; q++, p = q) n = n < 100'000'000 ? n * 10 + (*q - '0') : n;
    exponent = below ? -n : n;
    return p;
}

// The digits that count, without the point.
template <typename Take>
void for_each_digit(const Digits& d, Take take) {
    const char* p = d.first;
    for (int i = 0; i < d.count; p++) {
        if (*p == '.') continue;
        take(static_cast<u32>(hex_digit(*p)));
        i++;
    }
}

// n / m with 64 bits, by long division.
Binary quotient(Big n, Big m, int exponent) {
    const int more = n.bits() - m.bits();
    (more > 0 ? m : n).shift_left(more > 0 ? more : -more);
    Binary result{0, exponent + more + 1, false};
    while (!(result.top >> 63)) {
        result.top <<= 1;
        if (n >= m) n -= m, result.top |= 1;
        n.shift_left(1);
        result.exponent--;
    }
    result.inexact = !n.zero();
    return result;
}

// More decimal digits than this change the result only by not being 0.
constexpr int kMostDigits = 780;

Binary from_decimal(const Digits& d, long exponent) {
    const long point = d.before_point + exponent;
    if (d.count == 0 || point < -400) return {d.count ? 1ull << 63 : 0, -10'000, true};
    if (point > 400) return {1ull << 63, 10'000, true};
    Big n(0);
    int used = 0;
    bool more = false;
    for_each_digit(d, [&](u32 digit) {
        if (used == kMostDigits) return void(more |= digit != 0);
        n.multiply_and_add(10, digit);
        used++;
    });
    if (more) n.multiply_and_add(10, 1), used++;
    const int power = static_cast<int>(point) - used;
    Big m(1);
    (power < 0 ? m : n).multiply_by_power_of_five(power < 0 ? -power : power);
    return quotient(n, m, power);
}

Binary from_hexadecimal(const Digits& d, long exponent) {
    if (d.count == 0) return {};
    Binary result;
    int taken = 0;
    for_each_digit(d, [&](u32 digit) {
        if (taken++ < 16)
            result.top = result.top << 4 | digit;
        else
            result.inexact |= digit != 0;
    });
    const int kept = taken < 16 ? taken : 16, shift = __builtin_clzl(result.top);
    const long scale = 4l * (d.before_point - kept) + exponent - shift;
    result.top <<= shift;
    result.exponent = static_cast<int>(scale > 10'000 ? 10'000 : scale < -10'000 ? -10'000 : scale);
    return result;
}

// Up to 15 digits and a small power of ten are exact doubles, so that one operation rounds correctly.
bool easy(const Digits& d, int exponent, double& value) {
    static constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                         1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const long power = static_cast<long>(d.before_point) + exponent - d.count;
    if (d.count > 15 || power < -22 || power > 22) return false;
    u64 n = 0;
    for_each_digit(d, [&](u32 digit) { n = n * 10 + digit; });
    const auto whole = static_cast<double>(n);
    value = power < 0 ? whole / kPowers[-power] : whole * kPowers[power];
    return true;
}

// Whether the text begins with the word, whatever its case.
bool begins(const char* p, const char* word) {
    for (; *word; p++, word++) {
        if ((*p | 0x20) != *word) return false;
    }
    return true;
}

// inf, infinity, nan, nan(TEXT). Null: none of them.
const char* read_word(const char* p, double& value) {
    if (begins(p, "inf")) return value = math::kInfinity, p + (begins(p, "infinity") ? 8 : 3);
    if (!begins(p, "nan")) return nullptr;
    value = math::kNaN;
    p += 3;
    const char* q = p;
    if (*q == '(') {
        for (q++; hex_digit(*q) < 10 || (*q | 0x20) - 'a' + 0u < 26u || *q == '_';) q++;
    }
    return *q == ')' && q != p ? q + 1 : p;
}

const char* read_number(const char* p, const Kind& kind, double& value) {
    int exponent = 0;
    if (p[0] == '0' && (p[1] | 0x20) == 'x') {
        if (const Digits d = find_digits(p + 2, 16); d.end) {
            const char* end = read_exponent(d.end, 'p', exponent);
            value = from_hexadecimal(d, exponent).rounded(kind);
            return end;
        }
    }
    const Digits d = find_digits(p, 10);
    if (!d.end) return read_word(p, value);
    const char* end = read_exponent(d.end, 'e', exponent);
    if (kind.digits != kDouble.digits || !easy(d, exponent, value))
        value = from_decimal(d, exponent).rounded(kind);
    return end;
}

double read(const char* text, char** end, const Kind& kind) {
    const char* p = text;
    while (*p == ' ' || (*p >= '\t' && *p <= '\r')) p++;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    double value = 0;
    p = read_number(p, kind, value);
    if (end) *end = const_cast<char*>(p ? p : text);
    return p && negative ? -value : value;
}

}  // namespace

extern "C" {

double strtod(const char* text, char** end) { return read(text, end, kDouble); }
float strtof(const char* text, char** end) { return static_cast<float>(read(text, end, kFloat)); }
long double strtold(const char* text, char** end) { return read(text, end, kDouble); }
double atof(const char* text) { return read(text, nullptr, kDouble); }

}  // extern "C"
