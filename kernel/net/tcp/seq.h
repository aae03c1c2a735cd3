// Sequence numbers (RFC 9293 section 3.4). They wrap, so comparisons use the signed 32-bit difference.
#pragma once

#include "lib/types.h"

namespace net {

class Seq {
  public:
    constexpr Seq() = default;
    constexpr explicit Seq(u32 value) : value_(value) {}
    constexpr u32 value() const { return value_; }

    constexpr Seq operator+(u32 n) const { return Seq(value_ + n); }
    constexpr Seq operator-(u32 n) const { return Seq(value_ - n); }
    constexpr Seq& operator+=(u32 n) {
        value_ += n;
        return *this;
    }
    // The distance from o to this; negative if this is before o.
    constexpr i32 operator-(Seq o) const { return static_cast<i32>(value_ - o.value_); }
    // The same, if this is known not to be before o.
    constexpr u32 since(Seq o) const { return value_ - o.value_; }

    constexpr bool operator==(const Seq&) const = default;
    constexpr bool before(Seq o) const { return *this - o < 0; }
    constexpr bool after(Seq o) const { return *this - o > 0; }
    constexpr bool at_or_before(Seq o) const { return *this - o <= 0; }
    constexpr bool at_or_after(Seq o) const { return *this - o >= 0; }

  private:
    u32 value_ = 0;
};
static_assert(Seq{0xffff'ffff}.before(Seq{0xffff'ffff} + 1));
static_assert((Seq{3} - Seq{0xffff'fffe}) == 5);

constexpr Seq earlier(Seq a, Seq b) { return a.before(b) ? a : b; }
constexpr Seq later(Seq a, Seq b) { return a.after(b) ? a : b; }

// Sequence numbers [left, right).
struct SeqRange {
    Seq left, right;
    u32 length() const { return right.since(left); }
};

}  // namespace net
