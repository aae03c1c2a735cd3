// Floating point numbers as decimal text, and back. Printing is exact: it works on the bits with integers, so
// that the number is rounded only once.
#include "lib/format.h"

namespace {

using u128 = unsigned __int128;

// A large integer: base 10^9, the least significant part first. 2^1024 has 309 digits.
struct Large {
    u32 part[36] = {};
    int used = 1;

    explicit Large(u64 value) {
        for (used = 0; value; value /= 1'000'000'000) part[used++] = static_cast<u32>(value % 1'000'000'000);
        if (used == 0) used = 1;
    }
    void double_it() {
        u32 carry = 0;
        for (int i = 0; i < used; i++) {
            const u32 twice = part[i] * 2 + carry;
            carry = twice >= 1'000'000'000;
            part[i] = carry ? twice - 1'000'000'000 : twice;
        }
        if (carry) part[used++] = 1;
    }
    int put(char* to) const {
        int n = format_to(to, 16, "%u", part[used - 1]);
        for (int i = used - 2; i >= 0; i--) n += format_to(to + n, 16, "%09u", part[i]);
        return n;
    }
};

// fraction / 2^bits, rounded to that number of digits, half to even. True: the result is 1.
bool put_fraction(char* to, u64 fraction, int bits, int digits, bool odd) {
    // One digit at a time: the rest stays below 2^53 and is multiplied by 10; its binary point does not move.
    // Beyond 120 bits the fraction is too small to show in 20 digits.
    if (bits > 120) fraction = 0, bits = 120;
    u128 left = fraction;
    for (int i = 0; i < digits; i++) {
        left *= 10;
        to[i] = static_cast<char>('0' + static_cast<int>(left >> bits));
        left &= (static_cast<u128>(1) << bits) - 1;
    }
    const u128 half = static_cast<u128>(1) << (bits - 1);
    if (digits > 0) odd = to[digits - 1] & 1;
    bool carry = left > half || (left == half && odd);
    for (int i = digits - 1; i >= 0 && carry; i--) {
        carry = to[i] == '9';
        to[i] = carry ? '0' : static_cast<char>(to[i] + 1);
    }
    return carry;
}

}  // namespace

int double_text(char (&to)[kDoubleRoom], double value, int precision) {
    const u64 bits = __builtin_bit_cast(u64, value);
    const int exponent = static_cast<int>(bits >> 52 & 0x7ff);
    u64 mantissa = bits & ((1ull << 52) - 1);
    if (exponent == 0x7ff) return format_to(to, sizeof to, mantissa ? "nan" : "inf");
    if (exponent) mantissa |= 1ull << 52;

    // value = mantissa / 2^point
    const int point = 1075 - (exponent ? exponent : 1);
    u64 whole = point <= 0 ? mantissa : point < 64 ? mantissa >> point : 0;
    char digits[20];
    if (point > 0) {
        const u64 fraction = point < 64 ? mantissa & ((1ull << point) - 1) : mantissa;
        whole += put_fraction(digits, fraction, point, precision, whole & 1);
    } else {
        for (char& digit : digits) digit = '0';
    }
    Large integer(whole);
    for (int i = point; i < 0; i++) integer.double_it();
    int n = integer.put(to);
    if (precision > 0) to[n++] = '.';
    for (int i = 0; i < precision; i++) to[n++] = digits[i];
    return n;
}

extern "C" {

// The last digit may be wrong: digits after the 19th are ignored.
double strtod(const char* text, char** end) {
    const char* p = text;
    while (*p == ' ' || (*p >= '\t' && *p <= '\r')) p++;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    u64 digits = 0;
    int power = 0, seen = 0;
    for (bool behind_point = false; (*p >= '0' && *p <= '9') || (*p == '.' && !behind_point); p++) {
        if (*p == '.') {
            behind_point = true;
            continue;
        }
        seen++;
        const bool fits = digits < 1'000'000'000'000'000'000;
        if (fits) digits = digits * 10 + static_cast<u64>(*p - '0');
        power += !fits - behind_point;
    }
    if (!seen) p = text;
    if (seen && (*p | 0x20) == 'e') {
        const bool small = p[1] == '-';
        const char* q = p + 1 + (small || p[1] == '+');
        int n = 0;
        for (; *q >= '0' && *q <= '9'; q++, p = q) n = n < 10000 ? n * 10 + (*q - '0') : n;
        power += small ? -n : n;
    }
    if (end) *end = const_cast<char*>(p);
    auto value = static_cast<double>(digits);
    for (; power > 0 && value < 1e308; power--) value *= 10;
    for (; power < 0 && value > 0; power++) value /= 10;
    return negative ? -value : value;
}

double atof(const char* text) { return strtod(text, nullptr); }

}  // extern "C"
