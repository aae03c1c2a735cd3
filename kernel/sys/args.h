// A system call's arguments, in the saved registers.
#pragma once

#include "arch/trap.h"
#include "lib/result.h"

class SyscallArgs {
  public:
    explicit SyscallArgs(const arch::TrapFrame& frame) : a_(frame.a) {}

    u64 word(int i) const { return a_[i]; }
    // A C int: the upper half of the register is ignored.
    i32 num(int i) const { return static_cast<i32>(a_[i]); }
    UserAddr addr(int i) const { return {a_[i]}; }

    // A byte count. Inval: above INT_MAX or negative.
    Result<usize> length(int i) const {
        if (num(i) < 0 || a_[i] > 0x7fff'ffff) return Errno::Inval;
        return static_cast<usize>(a_[i]);
    }

  private:
    const u64* a_;
};
