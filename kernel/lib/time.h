// Points in time and durations, in nanoseconds. Time is an argument: timed code gets an Instant from its
// caller, so tests can control the clock.
#pragma once

#include <compare>

#include "lib/types.h"

struct Duration {
    i64 ns = 0;
    constexpr auto operator<=>(const Duration&) const = default;
    constexpr Duration operator*(i64 k) const { return {ns * k}; }
    constexpr Duration operator+(Duration d) const { return {ns + d.ns}; }
    constexpr i64 us() const { return ns / 1000; }
    constexpr i64 ms() const { return ns / 1'000'000; }
};
constexpr Duration microseconds(i64 n) { return {n * 1000}; }
constexpr Duration milliseconds(i64 n) { return {n * 1'000'000}; }
constexpr Duration seconds(i64 n) { return {n * 1'000'000'000}; }

// Nanoseconds since the machine started.
struct Instant {
    u64 ns = 0;
    constexpr auto operator<=>(const Instant&) const = default;
    constexpr Instant operator+(Duration d) const { return {ns + static_cast<u64>(d.ns)}; }
    constexpr Duration operator-(Instant o) const { return {static_cast<i64>(ns - o.ns)}; }
    static constexpr Instant never() { return {~0ull}; }
};
