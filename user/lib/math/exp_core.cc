// e^x = 2^k * 2^(i/32) * e^r: a power of two, a table, and a short series, as r is small.
#include "math/core.h"

namespace math {

// 2^(i/32)
static constexpr Pair kRoots[32] = {
    {0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.059b0d3158574p+0, 0x1.d73e2a475b465p-55},
    {0x1.0b5586cf9890fp+0, 0x1.8a62e4adc610bp-54},
    {0x1.11301d0125b51p+0, -0x1.6c51039449b3ap-54},
    {0x1.172b83c7d517bp+0, -0x1.19041b9d78a76p-55},
    {0x1.1d4873168b9aap+0, 0x1.e016e00a2643cp-54},
    {0x1.2387a6e756238p+0, 0x1.9b07eb6c70573p-54},
    {0x1.29e9df51fdee1p+0, 0x1.612e8afad1255p-55},
    {0x1.306fe0a31b715p+0, 0x1.6f46ad23182e4p-55},
    {0x1.371a7373aa9cbp+0, -0x1.63aeabf42eae2p-54},
    {0x1.3dea64c123422p+0, 0x1.ada0911f09ebcp-55},
    {0x1.44e086061892dp+0, 0x1.89b7a04ef80d0p-59},
    {0x1.4bfdad5362a27p+0, 0x1.d4397afec42e2p-56},
    {0x1.5342b569d4f82p+0, -0x1.07abe1db13cadp-55},
    {0x1.5ab07dd485429p+0, 0x1.6324c054647adp-54},
    {0x1.6247eb03a5585p+0, -0x1.383c17e40b497p-54},
    {0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
    {0x1.71f75e8ec5f74p+0, -0x1.16e4786887a99p-55},
    {0x1.7a11473eb0187p+0, -0x1.41577ee04992fp-55},
    {0x1.82589994cce13p+0, -0x1.d4c1dd41532d8p-54},
    {0x1.8ace5422aa0dbp+0, 0x1.6e9f156864b27p-54},
    {0x1.93737b0cdc5e5p+0, -0x1.75fc781b57ebcp-57},
    {0x1.9c49182a3f090p+0, 0x1.c7c46b071f2bep-56},
    {0x1.a5503b23e255dp+0, -0x1.d2f6edb8d41e1p-54},
    {0x1.ae89f995ad3adp+0, 0x1.7a1cd345dcc81p-54},
    {0x1.b7f76f2fb5e47p+0, -0x1.5584f7e54ac3bp-56},
    {0x1.c199bdd85529cp+0, 0x1.11065895048ddp-55},
    {0x1.cb720dcef9069p+0, 0x1.503cbd1e949dbp-56},
    {0x1.d5818dcfba487p+0, 0x1.2ed02d75b3707p-55},
    {0x1.dfc97337b9b5fp+0, -0x1.1a5cd4f184b5cp-54},
    {0x1.ea4afa2a490dap+0, -0x1.e9c23179c2893p-54},
    {0x1.f50765b6e4540p+0, 0x1.9d3e12dd8a18bp-54},
};

Pair expm1_series(Pair r) {
    const double x = r.hi;
    const double rest =
        1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720 + x * (1.0 / 5040 + x / 40320))));
    const Pair square = r * r;
    return r + (square * 0.5 + Pair{square.hi * x * rest, 0});
}

Scaled exp_reduced(int n, Pair r) {
    const Pair root = kRoots[n & 31];
    return {root + root * expm1_series(r), n >> 5};
}

// ln 2 / 32 in three parts. The first has 32 bits, so that its product with n is exact.
static constexpr double kStep[3] = {0x1.62e42ff000000p-6, -0x1.718432a1b0e26p-40, -0x1.9ff0342542fc3p-95};

Scaled exp_scaled(Pair x) {
    const double n = rint(x.hi * 0x1.71547652b82fep+5);
    const Pair rest = two_sum(x.hi, -n * kStep[0]) - two_product(n, kStep[1]);
    return exp_reduced(static_cast<int>(n), rest + Pair{x.lo - n * kStep[2], 0});
}

Pair exp_pair(Pair x) {
    const Scaled e = exp_scaled(x);
    // In two steps: 2^1024 is no double.
    const double half = power_of_two(e.exponent / 2), other = power_of_two(e.exponent - e.exponent / 2);
    return {e.value.hi * half * other, e.value.lo * half * other};
}

Pair expm1_pair(Pair x) { return fabs(x.hi) < 0.0108 ? expm1_series(x) : exp_pair(x) - 1; }

double rounded(Scaled x) {
    const Pair v = quick_two_sum(x.value.hi, x.value.lo);
    if (x.exponent + parts(v.hi).exponent >= -1022 || v.hi == 0) return ldexp(v.hi, x.exponent);
    // A number of this size has the last bit of a subnormal result, so the addition rounds there.
    if (x.exponent < -1200) return copysign(0, v.hi);
    const int place = -1022 - x.exponent;
    const double large = copysign(power_of_two(place), v.hi);
    const Pair sum = two_sum(large, v.hi);
    return ldexp((sum.hi + (sum.lo + v.lo)) - large, x.exponent);
}

}  // namespace math
