#include "capture/pcapng_time.h"

namespace capture {
namespace {

constexpr u8 kBinary = 0x80;
constexpr u64 kSecond = 1'000'000'000;

// 10^n; n is at most 19, the most that 64 bits hold.
u64 power_of_ten(unsigned n) {
    u64 value = 1;
    while (n-- > 0) value *= 10;
    return value;
}

struct Split {
    u64 seconds, nanoseconds;
};

Split split_binary(u64 units, unsigned n) {
    using Wide = unsigned __int128;
    const u64 seconds = n < 64 ? units >> n : 0;
    const u64 fraction = n < 64 ? units & ((u64{1} << n) - 1) : units;
    return {seconds, static_cast<u64>(Wide{fraction} * kSecond >> n)};
}

Split split_decimal(u64 units, unsigned n) {
    if (n <= 9) {
        const u64 per_second = power_of_ten(n);
        return {units / per_second, units % per_second * power_of_ten(9 - n)};
    }
    const u64 nanoseconds = n - 9 <= 19 ? units / power_of_ten(n - 9) : 0;
    return {nanoseconds / kSecond, nanoseconds % kSecond};
}

}  // namespace

bool PcapngClock::finer_than_microseconds() const {
    const unsigned n = resolution & ~kBinary;
    return resolution & kBinary ? n > 19 : n > 6;
}

Timestamp PcapngClock::at(u64 units) const {
    const unsigned n = resolution & ~kBinary;
    const Split s = resolution & kBinary ? split_binary(units, n) : split_decimal(units, n);
    // Unsigned, because a damaged offset may overflow.
    const i64 seconds = static_cast<i64>(s.seconds + static_cast<u64>(offset));
    return {seconds, static_cast<u32>(s.nanoseconds), true, finer_than_microseconds() ? 9u : 6u};
}

}  // namespace capture
