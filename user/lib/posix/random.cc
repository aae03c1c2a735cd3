// rand() and its relatives.
#include "lib/types.h"
#include "second_name.h"

namespace {

// The additive feedback generator of BSD's random(): x[i] = x[i-3] + x[i-31].
constexpr int kDegree = 31, kDistance = 3;

struct Additive {
    u32 x[kDegree];
    int at = kDistance;

    constexpr explicit Additive(u32 seed) : x() {
        i64 word = seed ? seed : 1;
        for (u32& each : x) {
            each = static_cast<u32>(word);
            word = 16807 * static_cast<i64>(static_cast<i32>(word)) % 2147483647;
            if (word < 0) word += 2147483647;
        }
        for (int i = 0; i < 10 * kDegree; i++) next();
    }
    constexpr u32 next() {
        const int before = at >= kDistance ? at - kDistance : at - kDistance + kDegree;
        x[at] += x[before];
        const u32 value = x[at];
        at = at + 1 < kDegree ? at + 1 : 0;
        return value >> 1;
    }
};

constinit Additive additive(1);

// POSIX: x = (a * x + c) modulo 2^48, with these constants.
u64 step48(u64 x) { return (0x5deece66d * x + 0xb) & ((1ull << 48) - 1); }
u64 get48(const u16* s) { return static_cast<u64>(s[2]) << 32 | static_cast<u64>(s[1]) << 16 | s[0]; }
u64 step48(u16* s) {
    const u64 x = step48(get48(s));
    s[0] = static_cast<u16>(x), s[1] = static_cast<u16>(x >> 16), s[2] = static_cast<u16>(x >> 32);
    return x;
}
constinit u16 state48[3] = {};

}  // namespace

extern "C" {

void srand(unsigned seed) { additive = Additive(seed); }
long rand() { return static_cast<long>(additive.next()); }

int rand_r(unsigned* state) {
    *state = *state * 1103515245u + 12345u;
    u32 x = *state;
    x ^= x >> 16, x *= 0x7feb352du, x ^= x >> 15;  // the low bits of the product alone repeat soon
    return static_cast<int>(x >> 1);
}

void srand48(long seed) {
    state48[0] = 0x330e;
    state48[1] = static_cast<u16>(seed), state48[2] = static_cast<u16>(seed >> 16);
}
double erand48(u16* s) { return static_cast<double>(step48(s)) * 0x1p-48; }
long nrand48(u16* s) { return static_cast<long>(step48(s) >> 17); }
long jrand48(u16* s) { return static_cast<i32>(step48(s) >> 16); }
double drand48() { return erand48(state48); }
long lrand48() { return nrand48(state48); }
long mrand48() { return jrand48(state48); }

}  // extern "C"

SECOND_NAME(random, rand);
SECOND_NAME(srandom, srand);
