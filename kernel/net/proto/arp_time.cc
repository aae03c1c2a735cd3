// ArpCache: what happens at its deadlines.
#include "net/proto/arp.h"
#include "net/proto/inet.h"
#include "net/proto/tcp.h"

namespace net {

void ArpCache::on_timer(void* self) {
    auto& cache = *static_cast<ArpCache*>(self);
    {
        platform::Guard guard(cache.lock_);
        cache.armed_ = Instant::never();
    }
    cache.run(platform::now());
}

void ArpCache::run(Instant now) {
    while (const auto action = next_action(now)) perform(*action);
}

// The first action that is due. If there is none, it sets the timer for the next deadline.
std::optional<ArpCache::Action> ArpCache::next_action(Instant now) {
    platform::Guard guard(lock_);
    Neighbour* n = deadlines_.least();
    if (!n) return std::nullopt;
    if (n->deadline <= now) return act_locked(*n, now);
    arm_locked(n->deadline);
    return std::nullopt;
}

void ArpCache::set_deadline_locked(Neighbour& n, Instant deadline) {
    if (n.queued()) deadlines_.remove(n);
    n.deadline = deadline;
    deadlines_.insert(n);
}

ArpCache::Action ArpCache::act_locked(Neighbour& n, Instant now) {
    if (n.state == State::Reachable && n.used) {
        n.state = State::Probe;
        n.requests = 0;
    }
    const u8 most = n.state == State::Incomplete ? kMaxRequests : n.state == State::Probe ? kProbes : u8{0};
    if (n.requests >= most) {
        remove_locked(n);
        return {n.ip, &n};
    }
    n.requests++;
    if (n.state == State::Probe) {
        set_deadline_locked(n, now + kProbeInterval);
        return {n.ip, nullptr, n.mac};
    }
    set_deadline_locked(n, now + (n.requests <= kFastRequests ? kFastInterval : kSlowInterval));
    return {n.ip, nullptr, MacAddr::broadcast()};
}

static void report_lost(Inet& inet, Bytes packet) {
    const auto quote = QuotedPacket::parse(packet);
    if (quote && quote->protocol() == IpProtocol::Tcp) {
        return tcp_unreachable(inet, *quote, Errno::HostUnreach, 0);
    }
    inet.endpoints().report(packet, Errno::HostUnreach);
}

void ArpCache::perform(const Action& action) {
    if (!action.gone) return arp_request(interface_, action.ip, action.to);
    Inet& inet = interface_.inet();
    while (MbufPtr m = action.gone->waiting.pop_head()) {
        inet.bump(Stat::arp_unresolved);
        report_lost(inet, m->bytes());
    }
    pool_.destroy(action.gone);
}

void ArpCache::arm_locked(Instant deadline) {
    if (deadline >= armed_) return;
    armed_ = deadline;
    timer_.set(deadline);
}

}  // namespace net
