// A large natural number, for strtod(): as many bits as the decimal digits of any double need.
#pragma once

#include "lib/types.h"

class Big {
  public:
    static constexpr int kWords = 96;

    explicit Big(u32 value) : used_(value != 0) { word_[0] = value; }

    void multiply_and_add(u32 by, u32 more) {
        u64 carry = more;
        for (int i = 0; i < used_; i++) {
            carry += static_cast<u64>(word_[i]) * by;
            word_[i] = static_cast<u32>(carry);
            carry >>= 32;
        }
        if (carry) word_[used_++] = static_cast<u32>(carry);
    }
    void multiply_by_power_of_five(int n) {
        for (; n >= 13; n -= 13) multiply_and_add(1'220'703'125, 0);
        for (; n > 0; n--) multiply_and_add(5, 0);
    }
    int bits() const { return used_ == 0 ? 0 : 32 * used_ - __builtin_clz(word_[used_ - 1]); }
    bool zero() const { return used_ == 0; }

    void shift_left(int n) {
        for (; n >= 31; n -= 31) multiply_and_add(1u << 31, 0);
        multiply_and_add(1u << n, 0);
    }
    bool operator>=(const Big& other) const {
        if (used_ != other.used_) return used_ > other.used_;
        for (int i = used_ - 1; i >= 0; i--) {
            if (word_[i] != other.word_[i]) return word_[i] > other.word_[i];
        }
        return true;
    }
    // Of a number that is not larger.
    void operator-=(const Big& other) {
        i64 borrow = 0;
        for (int i = 0; i < used_; i++) {
            borrow += static_cast<i64>(word_[i]) - (i < other.used_ ? other.word_[i] : 0);
            word_[i] = static_cast<u32>(borrow);
            borrow >>= 32;
        }
        while (used_ > 0 && word_[used_ - 1] == 0) used_--;
    }

  private:
    u32 word_[kWords];
    int used_;
};
