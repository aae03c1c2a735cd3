// MbufBudget: a limit on the mbufs that many holders queue, and the rule for sharing them. An mbuf occupies
// kMbufSize bytes even if it is nearly empty, so mbufs are counted, not bytes.
//
// Up to a quarter of the bound, every claim succeeds. Above that, a claim succeeds while
//
//   claim    the holder has  its host has  all have            used for
//   Early    <= free / 2     <= free       <= 7/8 of the bound data that may be dropped again
//   Usual    <= free         <= 2 * free   <= 7/8              everything else
//   First    no limit        <= 2 * rest   <= 15/16            a holder with nothing to read or to send
//   Awaited  no limit        no limit      <= the bound        a program that waits for it
//
// `free` is what remains of the 7/8, `rest` what remains of the bound. A holder's share becomes smaller as
// the number of holders grows (A. Choudhury and E. Hahne, "Dynamic Queue Length Thresholds for Shared-Memory
// Packet Switches", 1998): k holders that take as much as they can get k/(k+1) of it together, so some is
// always left. The same rule applies to remote hosts: a thousand connections of one host together get no more
// than a few connections of another.
//
// Hosts are counted in kHosts hash buckets with a secret hash; two hosts in one bucket share one host's
// share. A host is charged only when a holder claims above the first quarter of the bound, then for all that
// this holder has. Below it, a claim costs one addition and one comparison.
#pragma once

#include "lib/shared_count.h"
#include "net/core/mbuf.h"
#include "net/platform.h"

namespace net {

// - Any thread. It takes no lock, so the bound may be exceeded by what other harts take at the same time.
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
    SharedCount& bucket_of(u32 host) {
        return hosts_[((host * 0x9e37'79b9'7f4a'7c15) ^ multiplier_) * multiplier_ >> 56];
    }

    const u32 bound_;
    const u64 multiplier_;  // secret: an attacker cannot choose a host's bucket
    SharedCount total_{0};
    SharedCount hosts_[kHosts] = {};
};

// The mbufs that one holder (a connection or a socket) has taken. Guarded by the holder's own lock.
class MbufAccount {
  public:
    using Claim = MbufBudget::Claim;

    // Call this before the first take. host: the remote host that the holder serves; 0 for none.
    void open(MbufBudget& budget, u32 host) { budget_ = &budget, host_ = host; }

    // Takes n more mbufs. False: the rule does not allow it.
    bool take(u32 n, Claim claim) {
        const u32 total = budget_->total_.fetch_add(n, std::memory_order_relaxed) + n;
        if (total > budget_->bound_ / 4 && !admit(n, claim, total)) [[unlikely]]
            return false;
        held_ += n;
        return true;
    }
    // Takes up to n mbufs, as many as the rule allows (n is halved until a take succeeds); returns how many.
    u32 take_up_to(u32 n, Claim claim);
    // Takes n mbufs without applying the rule: for mbufs that the holder had before and takes back.
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
    u32 charged_ = 0;  // of held_, the number charged to the host
};

}  // namespace net
