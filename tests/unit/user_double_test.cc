// Floating-point output, compared with the host's C library.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#define strtod our_strtod
#define atof   our_atof
#include "../../user/lib/posix/double.cc"
#undef strtod
#undef atof

namespace {

std::string ours(const char* format, double value) {
    char text[512];
    EXPECT_LT(format_to(text, sizeof text, format, value), 512);
    return text;
}
std::string theirs(const char* format, double value) {
    char text[512];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

TEST(UserDouble, IsPrintedAsTheHostPrintsIt) {
    const double values[] = {
        0,    -0.0, 1,     -1,        0.5,      1.5,        2.5,    0.125,   0.1,  99.995, 0.999999999,
        1e9,  1e10, 1e15,  12345.678, 1e22,     -1e100,     5e-324, 1e-20,   3e-9, 2.675,  4503599627370496.5,
        1e19, 1e20, 65535, 1e308,     0x1p1023, 0x1p52 - 1, 0x1p53, 1.0 / 3, -7e-5};
    for (const double v : values) {
        for (const char* f : {"%f", "%.0f", "%.1f", "%.2f", "%.9f", "%.17f", "%12.3f|", "%-12.1f|", "%+.3f",
                              "% f", "%010.2f"})
            EXPECT_EQ(ours(f, v), theirs(f, v)) << f << " of " << v;
    }
    EXPECT_EQ(ours("%f", INFINITY), "inf");
    EXPECT_EQ(ours("%05.1f", -INFINITY), " -inf");
    EXPECT_EQ(ours("%f", NAN), "nan");
    EXPECT_EQ(ours("%g", 0.5), "0.5");
    EXPECT_EQ(ours("%g", 100), "100");
}

TEST(UserDouble, IsPrintedAsTheHostPrintsItWhateverItsBits) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; i++) {
        const u64 bits = random();
        const auto v = __builtin_bit_cast(double, bits);
        if (std::isfinite(v) && std::fabs(v) > 1e-12) {
            EXPECT_EQ(ours("%.3f", v), theirs("%.3f", v)) << bits;
        }
        const double ordinary = static_cast<double>(bits >> 11) / 1e9;
        EXPECT_EQ(ours("%.4f", ordinary), theirs("%.4f", ordinary)) << bits;
    }
}

TEST(UserDouble, IsRead) {
    const char* const texts[] = {"0",    "1.5", "-2.25", " +3e2",
                                 "1e-3", ".5",  "5.",    "123456789012345678901234567890",
                                 "1e",   "x",   "-",     "7.5e+1z"};
    for (const char* text : texts) {
        char *our_end, *their_end;
        const double our = our_strtod(text, &our_end), their = std::strtod(text, &their_end);
        EXPECT_NEAR(our, their, std::fabs(their) * 1e-15) << text;
        EXPECT_EQ(our_end, their_end) << text;
    }
}

}  // namespace
