// The angle of a point: atan(y / x) = atan c + atan t, for a number c near y / x in a table. All other
// inverse functions of trigonometry are angles of some point.
#include "math/core.h"

namespace math {

// atan(i/16)
static constexpr Pair kAngles[17] = {
    {0x0.0p+0, 0x0.0p+0},
    {0x1.ff55bb72cfdeap-5, -0x1.c934d86d23f1dp-60},
    {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
    {0x1.7b97b4bce5b02p-3, 0x1.347b0b4f881cap-58},
    {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
    {0x1.362773707ebccp-2, -0x1.963a544b672d8p-57},
    {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
    {0x1.a64eec3cc23fdp-2, -0x1.24dec1b50b7ffp-56},
    {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
    {0x1.0657e94db30d0p-1, -0x1.d5b495f6349e6p-56},
    {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
    {0x1.345f01cce37bbp-1, 0x1.1021137c71102p-55},
    {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
    {0x1.5d58987169b18p-1, 0x1.0028e4bc5e7cap-57},
    {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
    {0x1.819d0b7158a4dp-1, -0x1.bf76229d3b917p-56},
    {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
};

// For 0 <= y <= x. t = (y/x - c) / (1 + c * y/x) is at most 1/32.
static Pair angle_below_45_degrees(Pair y, Pair x) {
    const double i = rint(y.hi / x.hi * 16), c = i / 16;
    const Pair t = (y - x * c) / (x + y * c);
    const double z = t.hi * t.hi;
    const double rest = -1.0 / 3 + z * (1.0 / 5 + z * (-1.0 / 7 + z * (1.0 / 9 + z * (-1.0 / 11 + z / 13))));
    return kAngles[static_cast<int>(i)] + (t + Pair{t.hi * z * rest, 0});
}

Pair angle(Pair y, Pair x) {
    const bool below = negative(y.hi), left = negative(x.hi);
    if (below) y = -y;
    if (left) x = -x;
    Pair a = y.hi <= x.hi ? angle_below_45_degrees(y, x) : kHalfPi - angle_below_45_degrees(x, y);
    if (left) a = kPi - a;
    return below ? -a : a;
}

}  // namespace math
