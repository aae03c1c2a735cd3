// A lock's debug information: rank, name and holder. Empty in a release build.
#pragma once

#include "arch/hart.h"
#include "lib/lock_rank.h"
#include "lib/panic.h"

#ifdef NX6_DEBUG
#include "sync/patience.h"

class LockDebug {
  public:
    constexpr LockDebug(LockRank rank, const char* name) : rank_(rank), name_(name) {}

    void before_acquire() const {
        const u64 held = arch::this_hart().held_ranks;
        if (held >> static_cast<unsigned>(rank_)) [[unlikely]]
            panic("lock order: taking '%s' (rank %u) while holding ranks %#lx", name_,
                  static_cast<unsigned>(rank_), held);
        check_stack();
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

    // Called repeatedly while another hart holds the lock. Panics after Patience::kSeconds.
    void still_waiting(Patience& patience) const {
        if (!patience.ended(arch::read_time())) return;
        const arch::Hart* holder = holder_;
        panic("waited %lu s for the lock '%s', held by hart %d", Patience::kSeconds, name_,
              holder ? static_cast<int>(holder->id) : -1);
    }

  private:
    // Panics before the stack overflows, while an interrupt handler still fits. Checked at acquire because
    // most call chains take a lock at their deepest point.
    static void check_stack() {
        constexpr usize kReserve = 1024;
        if (arch::stack_left() < kReserve) [[unlikely]]
            panic("kernel stack nearly full: only %lu bytes left", arch::stack_left());
    }

    u64 bit() const { return u64{1} << static_cast<unsigned>(rank_); }
    LockRank rank_;
    const char* name_;
    const arch::Hart* holder_ = nullptr;
};

// A thread that switches to another may hold only one lock, of this rank.
inline void assert_only_held(LockRank rank) {
    const u64 held = arch::this_hart().held_ranks;
    if (held != u64{1} << static_cast<unsigned>(rank)) [[unlikely]]
        panic("context switch while holding locks of ranks %#lx", held);
}
#else
struct Patience {};

class LockDebug {
  public:
    constexpr LockDebug(LockRank, const char*) {}
    void before_acquire() const {}
    void after_acquire() {}
    void before_release() {}
    void still_waiting(Patience&) const {}
};
inline void assert_only_held(LockRank) {}
#endif
