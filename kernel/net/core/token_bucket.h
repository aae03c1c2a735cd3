// A rate limit: the bucket holds up to `burst` tokens and gains one every interval; each message takes one.
#pragma once

#include "net/platform.h"

namespace net {

// Limits replies that any remote host can cause (RFC 1812 section 4.3.2.8). Any thread.
class TokenBucket {
  public:
    constexpr TokenBucket(u32 burst, Duration interval)
        : burst_(burst), tokens_(burst), interval_(interval) {}

    // Takes a token; false when there is none.
    bool take(Instant now) {
        platform::Guard guard(lock_);
        refill_locked(now);
        if (tokens_ == 0) return false;
        tokens_--;
        return true;
    }

  private:
    void refill_locked(Instant now) REQUIRES(lock_) {
        // The clocks of two harts may differ slightly, so `now` may be earlier than the last refill.
        if (now <= refilled_) return;
        const u64 gained = static_cast<u64>((now - refilled_).ns / interval_.ns);
        if (gained == 0) return;
        tokens_ = gained < burst_ - tokens_ ? tokens_ + static_cast<u32>(gained) : burst_;
        refilled_ = refilled_ + interval_ * static_cast<i64>(gained);
    }

    platform::Lock lock_{LockRank::NetCounter, "rate limit"};
    const u32 burst_;
    u32 tokens_ GUARDED_BY(lock_);
    const Duration interval_;
    Instant refilled_ GUARDED_BY(lock_){};
};

}  // namespace net
