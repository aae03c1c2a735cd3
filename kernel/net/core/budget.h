// MbufBudget: a bound on the mbufs that many holders queue, and the rule by which they share them. An mbuf
// takes kMbufSize bytes whatever is in it, so mbufs are counted, not bytes.
//
// The law. Up to a quarter of the bound everybody gets what it asks for. Beyond it, a claim succeeds while
//
//   claim    the holder has  its host has  all have            it is for
//   Early    <= free / 2     <= free       <= 7/8 of the bound what may be thrown away again
//   Usual    <= free         <= 2 * free   <= 7/8              everything else
//   First    anything        <= 2 * rest   <= 15/16            a holder with nothing to read or to send
//   Awaited  anything        anything      <= the bound        a program that waits for it
//
// `free` is what is left of the 7/8, `rest` what is left of the bound. A holder's share shrinks as others
// come (A. Choudhury and E. Hahne, "Dynamic Queue Length Thresholds for Shared-Memory Packet Switches",
// 1998): k of them that take all they can get k/(k+1) of it together, so that something is always left. The
// same holds for remote hosts: a thousand connections of one host do not weigh more than a few of another.
//
// Hosts are counted in kHosts places, found with a secret; two that are in the same place share what one
// would get. A host is charged only for what its holders take beyond the first quarter, and have then: below
// it, nothing is done but one addition and one comparison.
#pragma once

#include <atomic>

#include "net/core/mbuf.h"
#include "net/platform.h"

namespace net {

// - Any thread. No lock is taken, so the bound may be exceeded by what other harts take at the same moment.
class MbufBudget {
  public:
    enum class Claim : u8 { Early, Usual, First, Awaited };

    explicit MbufBudget(u32 bound) : bound_(bound), multiplier_(platform::random() | 1) {}

    u32 bound() const { return bound_; }
    u32 total() const { return total_.load(std::memory_order_relaxed); }

  private:
    friend class MbufAccount;
    static constexpr u32 kHosts = 256;

    bool allows(u32 held, u32 of_host, Claim claim, u32 total) const;
    std::atomic<u32>& place_of(u32 host) {
        return hosts_[((host * 0x9e37'79b9'7f4a'7c15) ^ multiplier_) * multiplier_ >> 56];
    }

    const u32 bound_;
    const u64 multiplier_;  // secret: nobody can choose to share a place with somebody
    std::atomic<u32> total_{0};
    std::atomic<u32> hosts_[kHosts] = {};
};

// What one holder (a connection, a socket) has taken. Guarded by the holder's own lock.
class MbufAccount {
  public:
    using Claim = MbufBudget::Claim;

    // Before anything is taken. host: the remote one that the holder works for; 0: none in particular.
    void open(MbufBudget& budget, u32 host) { budget_ = &budget, host_ = host; }

    // Takes n mbufs more. False: the law does not allow it.
    bool take(u32 n, Claim claim) {
        const u32 total = budget_->total_.fetch_add(n, std::memory_order_relaxed) + n;
        if (total > budget_->bound_ / 4 && !admit(n, claim, total)) [[unlikely]]
            return false;
        held_ += n;
        return true;
    }
    // As many as the law allows, at most n: how many.
    u32 take_up_to(u32 n, Claim claim);
    // Whatever the law says: for what was there before, and comes back.
    void take_anyway(u32 n) {
        budget_->total_.fetch_add(n, std::memory_order_relaxed);
        held_ += n;
    }
    void give(u32 n) {
        budget_->total_.fetch_sub(n, std::memory_order_relaxed);
        held_ -= n;
        if (charged_ > held_) [[unlikely]]
            uncharge();
    }
    u32 held() const { return held_; }

  private:
    bool admit(u32 n, Claim claim, u32 total);
    void uncharge();

    MbufBudget* budget_ = nullptr;
    u32 host_ = 0;
    u32 held_ = 0;
    u32 charged_ = 0;  // of these, to the host
};

}  // namespace net
