// A system call's arguments, still in the registers they came in.
#pragma once

#include "arch/trap.h"
#include "lib/result.h"

class SyscallArgs {
  public:
    explicit SyscallArgs(const arch::TrapFrame& frame) : a_(frame.a) {}

    u64 word(int i) const { return a_[i]; }
    i32 num(int i) const {
        return static_cast<i32>(a_[i]);
    }  // a C int: the upper half is not the caller's word
    UserAddr addr(int i) const { return {a_[i]}; }

    // A byte count. Inval: negative as a C int, or far beyond what any call could mean.
    Result<usize> length(int i) const {
        if (num(i) < 0 || a_[i] > 0x7fff'ffff) return Errno::Inval;
        return static_cast<usize>(a_[i]);
    }

  private:
    const u64* a_;
};
