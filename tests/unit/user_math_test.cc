// The mathematical functions of programs, compared with the host's.
#include <gtest/gtest.h>

#include "unit/math_kit.h"

namespace {

constexpr double kMost = 0.9;  // ulps: nearly all results are the nearest double

struct Unary {
    const char* name;
    double (*ours)(double);
    long double (*theirs)(long double);
};
const Unary kUnary[] = {
#define UNARY(name) {#name, math::name, [](long double x) -> long double { return std::name(x); }},
#include "unit/math_unary.def"
#undef UNARY
};

TEST(UserMath, FunctionsOfOneNumberAreRightToTheLastBit) {
    for (const Unary& f : kUnary) {
        Numbers n;
        const auto check = [&](double x) {
            const double y = f.ours(x);
            EXPECT_LE(error_in_ulps(y, f.theirs(x)), kMost)
                << f.name << "(" << std::hexfloat << x << ") = " << y;
        };
        for (const double x : kSpecial) check(x);
        for (int i = 0; i < 1000; i++) check(n.any());
        for (int i = 0; i < 3000; i++) check(n.within(-8, 10));
        for (int i = 0; i < 1000; i++) check(n.within(-60, 4));
        for (int i = 0; i < 1000; i++) check(n.between(0.95, 1.05));
        for (int i = 0; i < 1000; i++) check(n.between(-750, -700));
    }
}

struct Binary {
    const char* name;
    double (*ours)(double, double);
    long double (*theirs)(long double, long double);
};
#define BINARY(name)                                                                                   \
    Binary {                                                                                           \
#name, math::name, [](long double x, long double y) -> long double { return std::name(x, y); } \
    }

void compare(const Binary& f) {
    Numbers n;
    const auto check = [&](double x, double y) {
        const double z = f.ours(x, y);
        EXPECT_LE(error_in_ulps(z, f.theirs(x, y)), kMost)
            << f.name << "(" << std::hexfloat << x << ", " << y << ") = " << z;
    };
    for (const double x : kSpecial) {
        for (const double y : kSpecial) check(x, y);
    }
    for (int i = 0; i < 2000; i++) check(n.any(), n.any());
    for (int i = 0; i < 5000; i++) check(n.within(-8, 8), n.within(-8, 8));
    for (int i = 0; i < 2000; i++) check(n.within(-2, 2), n.within(0, 12));
    for (int i = 0; i < 1000; i++) check(n.between(0.99, 1.01), n.within(0, 16));
    for (int x = -20; x <= 20; x++) {
        for (int y = -20; y <= 20; y++) check(x, y);
    }
}

TEST(UserMath, PowIsRightToTheLastBit) { compare(BINARY(pow)); }
TEST(UserMath, Atan2IsRightToTheLastBit) { compare(BINARY(atan2)); }
TEST(UserMath, HypotIsRightToTheLastBit) { compare(BINARY(hypot)); }
TEST(UserMath, FmodIsExact) { compare(BINARY(fmod)); }
TEST(UserMath, RemainderIsExact) { compare(BINARY(remainder)); }
TEST(UserMath, FdimIsExact) { compare(BINARY(fdim)); }
TEST(UserMath, FminAndFmaxPassOverNanAndKnowTheSignOfZero) {
    for (const double x : kSpecial) {
        for (const double y : kSpecial) {
            const bool zeros = x == 0 && y == 0;
            EXPECT_EQ(error_in_ulps(math::fmin(x, y), zeros && std::signbit(y) ? y : std::fmin(x, y)), 0)
                << x << y;
            EXPECT_EQ(error_in_ulps(math::fmax(x, y), zeros && std::signbit(x) ? y : std::fmax(x, y)), 0)
                << x << y;
        }
    }
}

TEST(UserMath, HugeAnglesAreReducedExactly) {
    Numbers n;
    for (int i = 0; i < 5000; i++) {
        const double x = n.within(20, 1024);
        EXPECT_LE(error_in_ulps(math::sin(x), sinl(x)), kMost) << std::hexfloat << x;
        EXPECT_LE(error_in_ulps(math::cos(x), cosl(x)), kMost) << std::hexfloat << x;
    }
}

TEST(UserMath, NumbersAreTakenApartAndPutTogether) {
    Numbers n;
    const auto check = [](double x) {
        int ours, theirs;
        double our_whole, their_whole;
        const double fraction = math::frexp(x, &ours), their_fraction = std::frexp(x, &theirs);
        EXPECT_EQ(error_in_ulps(fraction, their_fraction), 0) << x;
        if (std::isfinite(x)) {
            EXPECT_EQ(ours, theirs) << x;
        }
        EXPECT_EQ(error_in_ulps(math::modf(x, &our_whole), std::modf(x, &their_whole)), 0) << x;
        EXPECT_EQ(error_in_ulps(our_whole, their_whole), 0) << x;
        EXPECT_EQ(error_in_ulps(math::logb(x), std::logb(x)), 0) << x;
        if (!std::isnan(x)) {
            EXPECT_EQ(math::ilogb(x), std::ilogb(x)) << x;
        }
        if (std::fabs(x) < 0x1p63) {
            EXPECT_EQ(math::lround(x), std::lround(x)) << x;
        }
        if (std::fabs(x) < 0x1p63) {
            EXPECT_EQ(math::lrint(x), std::lrint(x)) << x;
        }
        for (const int e : {0, 1, -1, 52, -52, 1023, -1022, -1074, 2000, -2000, -2100, 3000, -3000})
            EXPECT_EQ(error_in_ulps(math::ldexp(x, e), std::ldexp(x, e)), 0)
                << std::hexfloat << x << " " << e;
        for (const double to : {0.0, 1e308, -1.0})
            EXPECT_EQ(error_in_ulps(math::nextafter(x, to), std::nextafter(x, to)), 0) << x;
    };
    for (const double x : kSpecial) check(x);
    for (int i = 0; i < 2000; i++) check(n.any());
    for (int i = 0; i < 2000; i++) check(n.within(-4, 60));
}

TEST(UserMath, RemquoGivesTheLowBitsOfTheQuotient) {
    Numbers n;
    for (int i = 0; i < 5000; i++) {
        const double x = n.within(-3, 20), y = n.within(-3, 6);
        int ours, theirs;
        EXPECT_EQ(math::remquo(x, y, &ours), std::remquo(x, y, &theirs));
        EXPECT_EQ(ours & 7, theirs & 7) << x << " " << y;
        EXPECT_EQ(ours < 0, theirs < 0 || (theirs == 0 && ours < 0));
    }
}

}  // namespace
