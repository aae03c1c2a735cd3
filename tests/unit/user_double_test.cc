// Floating-point numbers as text, and back, compared with the host's C library.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#define strtod  our_strtod
#define strtof  our_strtof
#define strtold our_strtold
#define atof    our_atof
#include "../../user/lib/posix/strtod.cc"
#undef strtod
#undef strtof
#undef strtold
#undef atof
#include "../../user/lib/posix/decimal.cc"
#include "../../user/lib/posix/double.cc"

namespace {

template <typename... Arguments>
std::string ours(const char* format, Arguments... arguments) {
    char text[4096];
    EXPECT_LT(format_to(text, sizeof text, format, arguments...), 4096);
    return text;
}
template <typename... Arguments>
std::string theirs(const char* format, Arguments... arguments) {
    char text[4096];
    std::snprintf(text, sizeof text, format, arguments...);
    return text;
}

double any(std::mt19937_64& random) { return __builtin_bit_cast(double, random()); }

constexpr double kValues[] = {0,
                              -0.0,
                              1,
                              -1,
                              0.5,
                              1.5,
                              2.5,
                              0.125,
                              0.1,
                              99.995,
                              0.999999999,
                              1e9,
                              1e10,
                              1e15,
                              12345.678,
                              1e22,
                              -1e100,
                              5e-324,
                              1e-20,
                              3e-9,
                              2.675,
                              4503599627370496.5,
                              1e19,
                              1e20,
                              65535,
                              1e308,
                              0x1p1023,
                              0x1p52 - 1,
                              0x1p53,
                              1.0 / 3,
                              -7e-5,
                              9.5,
                              0.0001,
                              1e-5,
                              1e5,
                              1e6,
                              999999.5,
                              9.9999995e5,
                              100,
                              0x1p-1022,
                              0x0.fffffffffffffp-1022,
                              0x1.fffffffffffffp1023,
                              NAN,
                              INFINITY,
                              -INFINITY};

// In all widths and precisions, with all flags.
void expect_as_the_host(double v) {
    for (const std::string flags : {"", "0", "+", " ", "-", "#", "#0+", "- "}) {
        // glibc loses a digit of %#.2g where the number is rounded up to a power of ten.
        if ((v == 99.995 || (v > 999999 && v < 1e6)) && flags[0] == '#') continue;
        for (const std::string width : {"", "12"}) {
            for (const std::string precision :
                 {"", ".", ".0", ".1", ".2", ".5", ".9", ".17", ".40", ".330", ".1100"}) {
                for (const char kind : {'f', 'F', 'e', 'E', 'g', 'G', 'a', 'A'}) {
                    const std::string f = "%" + flags + width + precision + kind + '|';
                    EXPECT_EQ(ours(f.c_str(), v), theirs(f.c_str(), v)) << f << " of " << v;
                }
            }
        }
    }
}

TEST(UserDouble, IsPrintedAsTheHostPrintsIt) {
    for (const double v : kValues) expect_as_the_host(v);
    EXPECT_EQ(ours("%Lf %.*e", 2.5L, -3, 1.5), theirs("%Lf %.*e", 2.5L, -3, 1.5));
}

TEST(UserDouble, IsPrintedAsTheHostPrintsItWhateverItsBits) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 3000; i++) {
        const double v = any(random);
        for (const char* f : {"%.3f", "%e", "%.17g", "%.15g", "%g", "%.0e", "%.3a", "%a", "%.1100f"})
            EXPECT_EQ(ours(f, v), theirs(f, v)) << f << v;
        const double ordinary = static_cast<double>(random() >> 11) / 1e9;
        for (const char* f : {"%.4f", "%g", "%.3g", "%.0f"})
            EXPECT_EQ(ours(f, ordinary), theirs(f, ordinary)) << f << ordinary;
    }
}

void expect_read_as_by_the_host(const std::string& s) {
    const char* text = s.c_str();
    char *our_end, *their_end;
    errno = 0;
    const double our = our_strtod(text, &our_end);
    const int our_errno = errno;
    errno = 0;
    const double their = std::strtod(text, &their_end);
    EXPECT_EQ(our_errno, errno) << text;
    EXPECT_EQ(our_end, their_end) << text;
    EXPECT_EQ(theirs("%a", our), theirs("%a", their)) << text;
    EXPECT_EQ(theirs("%a", our_strtof(text, &our_end)), theirs("%a", std::strtof(text, &their_end))) << text;
    EXPECT_EQ(our_end, their_end) << text;
}

TEST(UserDouble, IsReadAsTheHostReadsIt) {
    const char* const texts[] = {
        "0", "1.5", "-2.25", " +3e2", "1e-3", ".5", "5.", "123456789012345678901234567890", "1e", "x", "-",
        "7.5e+1z", "", ".", "..5", "1.2.3", "1e+", "1e-x", "00.0e5", "-0", "0e999999999999", "1e999999999999",
        "1e-999999999999", "inf", "-INFINITY", "infinit", "nan", "NaN(12_a)x", "nan(", "nan(+)", "0x", "0x.",
        "0x.p1", "0x1", "0x1.8p1", "-0X.8P-3z", "0x1p", "0x1p+", "0x1.fffffffffffff8p0",
        "0x1.00000000000008p0", "0x1.00000000000008000000001p0", "0x1p1024", "0x1.fffffffffffffp1023",
        "0x1.fffffffffffff8p1023", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1p-1076",
        "0x0.0000000000000000000000000000001p3", "0x123456789abcdef01234", "\t\n\v\f\r 1",
        // Known hard cases: halfway between two numbers, or nearly so.
        "2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "4.9e-324",
        "2.4703282292062327e-324", "2.4703282292062328e-324", "2.47032822920623272088e-324",
        "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
        "179769313486231580793e289", "9007199254740993", "9007199254740992.999999999999999999",
        "9007199254740993.0000000000000000000000000000001", "6929495644600919.5",
        "3.518437208883201171875e13", "7.2057594037927933e16", "1e23", "8.5e22", "9.007199254740993e15",
        "0.1e-320", "62.5364939768271845828", "8.10109172351e-10", "1.50000000000000011102230246251565",
        "5708990770823839207320493820740630171355185151999e-3",
        "0.500000000000000166533453693773481063544750213623046875", "16777217", "16777217.0000000001",
        "3.4028235677973366e38", "3.4028235677973365e38", "7.006492321624085e-46", "7.0064923216240854e-46",
        "1.1754943e-38"};
    for (const char* text : texts) expect_read_as_by_the_host(text);
}

TEST(UserDouble, IsReadFromATextOfAnyLength) {
    expect_read_as_by_the_host(std::string(5000, '0') + "1");
    expect_read_as_by_the_host("." + std::string(5000, '0') + "1e5000");
    expect_read_as_by_the_host("1" + std::string(5000, '0') + "e-5000");
    expect_read_as_by_the_host("1" + std::string(5000, '0'));
    // The exact middle of two numbers has hundreds of digits; one more digit decides.
    for (const double v : {0x1p-1074, 0x1p-1022, 1.0, 0x1.fffffffffffffp-3, 1e300, 0x1.23456789abcdep-1000}) {
        const long double middle = (static_cast<long double>(v) + std::nextafter(v, INFINITY)) / 2;
        char text[3000];
        const int n = std::snprintf(text, sizeof text, "%.1100Lf", middle);
        expect_read_as_by_the_host(text);
        text[n - 1] = '1';
        expect_read_as_by_the_host(text);
        expect_read_as_by_the_host(std::string(text, static_cast<size_t>(n - 1)) + std::string(3000, '0') +
                                   "1");
    }
}

TEST(UserDouble, IsReadBackFromWhatIsPrinted) {
    std::mt19937_64 random(8);
    for (int i = 0; i < 5000; i++) {
        const double v = any(random);
        if (!std::isfinite(v)) continue;
        EXPECT_EQ(our_strtod(ours("%.17g", v).c_str(), nullptr), v);
        EXPECT_EQ(our_strtod(ours("%a", v).c_str(), nullptr), v);
        for (const char* f : {"%.5g", "%.15e", "%.20e", "%.2f"})
            if (i % 10 == 0) expect_read_as_by_the_host(theirs(f, v));
    }
}

}  // namespace
