#include "net/core/budget.h"

namespace net {

// `total` includes the mbufs asked for; `held` and `of_host` do not.
bool MbufBudget::allows(u32 held, u32 of_host, Claim claim, u32 total) const {
    if (claim == Claim::Awaited) return total <= bound_;
    const u32 ceiling = bound_ - bound_ / (claim == Claim::First ? 16 : 8);
    if (total > ceiling) return false;
    const u32 free = ceiling - total, rest = bound_ - total;
    switch (claim) {
        case Claim::Early: return held <= free / 2 && of_host <= free;
        case Claim::Usual: return held <= free && of_host <= 2 * free;
        default: return of_host <= 2 * rest;
    }
}

// The slow path of take(). If the claim is refused, it also subtracts what take() has added to the total.
[[gnu::noinline]] bool MbufAccount::admit(u32 n, Claim claim, u32 total) {
    SharedCount* host = host_ ? &budget_->bucket_of(host_) : nullptr;
    const u32 of_host = host ? host->load(std::memory_order_relaxed) : 0;
    if (!budget_->allows(held_, of_host, claim, total)) {
        budget_->total_.fetch_sub(n, std::memory_order_relaxed);
        return false;
    }
    if (host) {
        host->fetch_add(held_ + n - charged_, std::memory_order_relaxed);
        charged_ = held_ + n;
    }
    return true;
}

u32 MbufAccount::take_up_to(u32 n, Claim claim) {
    while (n > 0 && !take(n, claim)) n /= 2;
    return n;
}

[[gnu::noinline]] void MbufAccount::uncharge() {
    budget_->bucket_of(host_).fetch_sub(charged_ - held_, std::memory_order_relaxed);
    charged_ = held_;
}

}  // namespace net
