#include "posix/decimal.h"

namespace {

// A large integer in base 10^9, the least significant part first.
struct Large {
    u32 part[(Decimal::kMost + 8) / 9];
    int used = 0;

    explicit Large(u64 value) {
        for (; value; value /= 1'000'000'000) part[used++] = static_cast<u32>(value % 1'000'000'000);
    }
    void multiply(u32 by) {
        u64 carry = 0;
        for (int i = 0; i < used; i++) {
            carry += static_cast<u64>(part[i]) * by;
            part[i] = static_cast<u32>(carry % 1'000'000'000);
            carry /= 1'000'000'000;
        }
        for (; carry; carry /= 1'000'000'000) part[used++] = static_cast<u32>(carry % 1'000'000'000);
    }
    // Multiplies by base^n.
    void multiply(u32 base, int n) {
        constexpr int kAtOnce = 13;  // 5^13 < 2^32
        u32 power = 1;
        for (int i = 0; i < kAtOnce; i++) power *= base;
        for (; n >= kAtOnce; n -= kAtOnce) multiply(power);
        for (; n > 0; n--) multiply(base);
    }
};

}  // namespace

// With a negative exponent: m / 2^n = m * 5^n / 10^n.
Decimal::Decimal(double value) {
    const u64 bits = __builtin_bit_cast(u64, value);
    const int field = static_cast<int>(bits >> 52 & 0x7ff);
    u64 mantissa = (bits & ((1ull << 52) - 1)) | (field ? 1ull << 52 : 0);
    int exponent = (field ? field : 1) - 1075;
    for (; exponent < 0 && mantissa && mantissa % 2 == 0; exponent++) mantissa /= 2;
    if (mantissa == 0) {
        digits[count++] = '0';
        point = 1;
        return;
    }
    Large n(mantissa);
    n.multiply(exponent < 0 ? 5 : 2, exponent < 0 ? -exponent : exponent);
    for (int i = n.used - 1; i >= 0; i--) {
        u32 unit = 100'000'000;
        for (; unit; unit /= 10) {
            const u32 digit = n.part[i] / unit % 10;
            if (digit || count) digits[count++] = static_cast<char>('0' + digit);
        }
    }
    point = count + (exponent < 0 ? exponent : 0);
}

void Decimal::round(int n) {
    if (n >= count) return;
    const int cut = count;
    count = n < 0 ? 0 : n;
    bool up = false;
    if (n >= 0) {
        const char next = digits[n];
        bool more = false;
        for (int i = n + 1; i < cut; i++) more |= digits[i] != '0';
        const bool odd = n > 0 && (digits[n - 1] & 1);
        up = next > '5' || (next == '5' && (more || odd));
    }
    while (up && count > 0 && digits[count - 1] == '9') count--;
    if (up && count > 0)
        digits[count - 1]++;
    else if (up)
        digits[count++] = '1', point++;
    else if (count == 0)
        digits[count++] = '0', point = 1;
}
