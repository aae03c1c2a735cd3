// %f, %e, %g and %a of printf(): exact, rounded once, half to even.
#include "lib/format.h"
#include "posix/decimal.h"

namespace {

// What is printed: sign, body, zeros, suffix. Digits that a double does not have are zeros, and not in the
// body.
struct Text {
    char sign[4] = "";  // with 0x for %a
    char body[1100];    // the longest is a subnormal number as %f
    int length = 0;
    int zeros = 0;
    char suffix[8] = "";  // the exponent
    bool fills_with_zeros = true;

    void put(char c) { body[length++] = c; }
    void put(const char* s) {
        while (*s) put(*s++);
    }
    void print(TextSink& sink, const FormatSpec& spec) const {
        const auto size = [](const char* s) { return static_cast<int>(__builtin_strlen(s)); };
        const auto emit = [&](const char* s, int n) {
            if (n > 0) sink.write(sink.context, s, static_cast<usize>(n));
        };
        const int fill = spec.width - size(sign) - length - zeros - size(suffix);
        const bool with_zeros = spec.zero && !spec.left && fills_with_zeros;
        if (!spec.left && !with_zeros) pad(sink, ' ', fill);
        emit(sign, size(sign));
        if (with_zeros) pad(sink, '0', fill);
        emit(body, length);
        pad(sink, '0', zeros);
        emit(suffix, size(suffix));
        if (spec.left) pad(sink, ' ', fill);
    }
};

// The digits from `from`, `count` of them behind a point.
void put_fraction(Text& text, const Decimal& d, int from, int count, bool with_point) {
    if (count > 0 || with_point) text.put('.');
    int i = from;
    for (; i < from + count && i < d.count; i++) text.put(d.digit(i));
    text.zeros = from + count - i;
}

void put_fixed(Text& text, const Decimal& d, int precision, bool with_point) {
    if (d.point <= 0) text.put('0');
    for (int i = 0; i < d.point; i++) text.put(d.digit(i));
    // Between the point and the first digit are -d.point zeros, where digit(i) is '0' for i < 0.
    put_fraction(text, d, d.point, precision, with_point);
}

void put_exponent(Text& text, char letter, int exponent, int least_digits) {
    char* p = text.suffix;
    *p++ = letter;
    *p++ = exponent < 0 ? '-' : '+';
    if (exponent < 0) exponent = -exponent;
    int unit = least_digits == 1 ? 1 : 10;
    while (exponent / unit >= 10) unit *= 10;
    for (; unit; unit /= 10) *p++ = static_cast<char>('0' + exponent / unit % 10);
    *p = '\0';
}

void put_scientific(Text& text, const Decimal& d, int precision, char letter, bool with_point) {
    text.put(d.digit(0));
    put_fraction(text, d, 1, precision, with_point);
    put_exponent(text, letter, d.digit(0) == '0' ? 0 : d.point - 1, 2);
}

void put_general(Text& text, Decimal& d, int precision, char letter, bool alternate) {
    if (precision == 0) precision = 1;
    d.round(precision);
    const int exponent = d.point - 1;
    while (d.count > 1 && d.digits[d.count - 1] == '0') d.count--;
    const int shown = alternate ? precision : d.count;
    if (exponent < -4 || exponent >= precision) return put_scientific(text, d, shown - 1, letter, alternate);
    const int fraction = shown - 1 - exponent;
    put_fixed(text, d, fraction > 0 ? fraction : 0, alternate);
}

void put_hexadecimal(Text& text, double value, const FormatSpec& spec, bool upper) {
    const u64 bits = __builtin_bit_cast(u64, value);
    const int field = static_cast<int>(bits >> 52 & 0x7ff);
    u64 mantissa = (bits & ((1ull << 52) - 1)) | (field ? 1ull << 52 : 0);
    int precision = spec.precision, exponent = mantissa == 0 ? 0 : field ? field - 1023 : -1022;
    if (precision >= 0 && precision < 13) {
        const int cut = 52 - 4 * precision;
        const u64 rest = mantissa & ((1ull << cut) - 1), half = 1ull << (cut - 1);
        mantissa >>= cut;
        mantissa += rest > half || (rest == half && (mantissa & 1));
        mantissa <<= cut;
    }
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    text.put(digits[mantissa >> 52]);
    u64 fraction = mantissa & ((1ull << 52) - 1);
    if (precision < 0) {
        precision = 0;
        for (u64 left = fraction; left; left = left << 4 & ((1ull << 52) - 1)) precision++;
    }
    if (precision > 0 || spec.alternate) text.put('.');
    for (int i = 0; i < precision && i < 13; i++, fraction <<= 4) text.put(digits[fraction >> 48 & 15]);
    text.zeros = precision > 13 ? precision - 13 : 0;
    put_exponent(text, upper ? 'P' : 'p', exponent, 1);
}

void put_special(Text& text, double value, bool upper) {
    const bool nan = __builtin_isnan(value);
    text.put(upper ? (nan ? "NAN" : "INF") : (nan ? "nan" : "inf"));
    text.fills_with_zeros = false;
}

void put_number(Text& text, double value, const FormatSpec& spec, bool upper) {
    const char kind = static_cast<char>(spec.conversion | 0x20);
    const int precision = spec.precision < 0 ? 6 : spec.precision;
    if (kind == 'a') return put_hexadecimal(text, value, spec, upper);
    Decimal d(value);
    // A precision of a thousand million digits must not overflow; no double has as many.
    constexpr int kEnough = 2000;
    const int digits = precision < kEnough ? precision : kEnough;
    if (kind == 'f') {
        d.round(d.point + digits);
        put_fixed(text, d, precision, spec.alternate);
    } else if (kind == 'e') {
        d.round(digits + 1);
        put_scientific(text, d, precision, upper ? 'E' : 'e', spec.alternate);
    } else {
        put_general(text, d, precision, upper ? 'E' : 'e', spec.alternate);
    }
}

}  // namespace

const bool posix::kPrintsDoubles = true;

void emit_double(TextSink& sink, const FormatSpec& spec, FormatArguments& args) {
    const double value =
        spec.length == 16 ? static_cast<double>(va_arg(args.list, long double)) : va_arg(args.list, double);
    const bool upper = spec.conversion < 'a';
    Text text;
    char* sign = text.sign;
    if (__builtin_signbit(value))
        *sign++ = '-';
    else if (spec.plus || spec.space)
        *sign++ = spec.plus ? '+' : ' ';
    if (!__builtin_isfinite(value)) {
        put_special(text, value, upper);
    } else {
        if ((spec.conversion | 0x20) == 'a') *sign++ = '0', *sign++ = upper ? 'X' : 'x';
        put_number(text, value, spec, upper);
    }
    *sign = '\0';
    text.print(sink, spec);
}
