// What a lock knows of itself in a debug build: its rank, its name and who holds it. Empty in a release
// build.
#pragma once

#include "arch/hart.h"
#include "lib/lock_rank.h"
#include "lib/panic.h"

#ifdef NX6_DEBUG
class LockDebug {
  public:
    constexpr LockDebug(LockRank rank, const char* name) : rank_(rank), name_(name) {}

    void before_acquire() const {
        const u32 held = arch::this_hart().held_ranks;
        if (held >> static_cast<unsigned>(rank_)) [[unlikely]]
            panic("lock order: taking '%s' (rank %u) while holding ranks %#x", name_,
                  static_cast<unsigned>(rank_), held);
    }
    void after_acquire() {
        arch::this_hart().held_ranks |= bit();
        holder_ = &arch::this_hart();
    }
    void before_release() {
        if (holder_ != &arch::this_hart()) [[unlikely]]
            panic("releasing '%s', which this hart does not hold", name_);
        holder_ = nullptr;
        arch::this_hart().held_ranks &= ~bit();
    }

  private:
    u32 bit() const { return 1u << static_cast<unsigned>(rank_); }
    LockRank rank_;
    const char* name_;
    const arch::Hart* holder_ = nullptr;
};
#else
class LockDebug {
  public:
    constexpr LockDebug(LockRank, const char*) {}
    void before_acquire() const {}
    void after_acquire() {}
    void before_release() {}
};
#endif
