#include "net/proto/arp.h"

#include "net/proto/inet.h"
#include "net/proto/tcp.h"

namespace net {

// --- packets ---

static void send_arp(Interface& out, MbufPtr m, MacAddr to, const ArpPacket& packet) {
    m->trim_to(0);
    auto* p = m->put(sizeof packet);
    if (!p) return out.inet().bump(Stat::no_mbuf);
    __builtin_memcpy(p, &packet, sizeof packet);
    // Errors have been counted, and the requester will repeat its request.
    (void)out.send_frame(std::move(m), to, EtherType::Arp, WhenFull::Drop);
}

void arp_request(Interface& out, Ipv4Addr target, MacAddr to) {
    MbufPtr m = Mbuf::alloc();
    if (!m) return out.inet().bump(Stat::no_mbuf);
    out.inet().bump(Stat::arp_requests_out);
    send_arp(out, std::move(m), to,
             ArpPacket::make(ArpOperation::Request, out.mac(), out.addr(), MacAddr{}, target));
}

// Sends the reply in the mbuf of the request.
static void arp_reply(Interface& out, const ArpPacket& request, MbufPtr m) {
    out.inet().bump(Stat::arp_replies_out);
    send_arp(
        out, std::move(m), request.sender_mac,
        ArpPacket::make(ArpOperation::Reply, out.mac(), out.addr(), request.sender_mac, request.sender_ip));
}

// Both source addresses, in the frame and in the packet, must be unicast (IEEE 802.3 section 3.2.3).
static bool is_usable(const ArpPacket& p, MacAddr source) {
    return source.is_station() && p.sender_mac.is_station() &&
           (p.operation() == ArpOperation::Request || p.operation() == ArpOperation::Reply);
}

// RFC 826, "Packet Reception".
void arp_in(Interface& in, MacAddr source, MbufPtr m) {
    Inet& inet = in.inet();
    inet.bump(Stat::arp_in);
    const auto p = ArpPacket::parse(m->bytes());
    if (!p || !is_usable(*p, source)) return inet.bump(Stat::arp_bad);
    if (p->operation() == ArpOperation::Reply) offer_to_taps(Tap::ArpReply, in, *m);
    const Instant now = platform::now();
    if (p->sender_ip == in.addr()) {
        if (p->sender_mac != in.mac()) in.arp().conflict(p->sender_mac, now);
        return;
    }
    const bool for_us = p->target_ip == in.addr();
    if (in.is_neighbour(p->sender_ip)) in.arp().learn(p->sender_ip, p->sender_mac, for_us, now);
    if (for_us && p->operation() == ArpOperation::Request) arp_reply(in, *p, std::move(m));
}

// --- the cache ---

ArpCache::Worth ArpCache::worth_of(const Neighbour& n) {
    if (n.state == State::Free) return Worth::Free;
    if (n.state == State::Incomplete) return n.requests > 1 ? Worth::Silent : Worth::Asked;
    return n.used ? Worth::Used : Worth::Unused;
}

void ArpCache::take_waiting_locked(Neighbour& n, MbufQueue& into) {
    waiting_ -= n.waiting.size();
    into.take(n.waiting);
}

void ArpCache::free_locked(Neighbour& n, MbufQueue& dropped) {
    take_waiting_locked(n, dropped);
    incomplete_count_ -= n.state == State::Incomplete;
    n.state = State::Free;
    interface_.inet().hops().forget();
}

// Replaces the entry of least worth in ip's set, if its worth is at most `most`; null: there is none. Among
// equals it replaces the one whose resolution started first.
ArpCache::Neighbour* ArpCache::claim_locked(Ipv4Addr ip, Worth most, MbufQueue& dropped) {
    Neighbour* place = nullptr;
    for (Neighbour& n : set_of(ip)) {
        if (worth_of(n) > most) continue;
        const bool older = place && worth_of(n) == worth_of(*place) && n.asked < place->asked;
        if (!place || worth_of(n) < worth_of(*place) || older) place = &n;
    }
    if (!place) return nullptr;
    free_locked(*place, dropped);
    place->ip = ip;
    place->used = false;
    place->requests = 0;
    return place;
}

ArpCache::Neighbour* ArpCache::oldest_incomplete_locked(const Neighbour* except) {
    Neighbour* oldest = nullptr;
    for (Set& set : sets_) {
        for (Neighbour& n : set) {
            if (n.state != State::Incomplete || &n == except) continue;
            if (!oldest || n.asked < oldest->asked) oldest = &n;
        }
    }
    return oldest;
}

ArpCache::Neighbour& ArpCache::start_locked(Ipv4Addr ip, Instant now, MbufQueue& dropped) {
    if (incomplete_count_ == kMaxIncomplete) free_locked(*oldest_incomplete_locked(nullptr), dropped);
    Neighbour& n = *claim_locked(ip, Worth::Used, dropped);
    n.state = State::Incomplete;
    n.asked = next_asked_++;
    n.deadline = now;  // the first request is due
    incomplete_count_++;
    return n;
}

// RFC 1122 section 2.3.2.2: the latest packet should be kept.
void ArpCache::enqueue_locked(Neighbour& n, MbufPtr packet, MbufQueue& dropped) {
    if (n.waiting.size() == kMaxWaitingEach) {
        dropped.push_tail(n.waiting.pop_head());
        waiting_--;
    }
    if (waiting_ == kMaxWaiting) free_locked(*oldest_incomplete_locked(&n), dropped);
    n.waiting.push_tail(std::move(packet));
    waiting_++;
}
static_assert(ArpCache::kMaxWaitingEach < ArpCache::kMaxWaiting,
              "when the queue is full, another neighbour has packets in it");

void ArpCache::count_dropped(const MbufQueue& dropped) {
    for (usize i = 0; i < dropped.size(); i++) interface_.inet().bump(Stat::arp_queue_full);
}

Result<> ArpCache::resolve(Ipv4Addr ip, MbufPtr packet, Instant now) {
    MbufQueue dropped;
    {
        platform::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (n && n->has_mac()) {  // the reply arrived after lookup()
            const MacAddr mac = n->mac;
            guard.release();
            return interface_.send_frame(std::move(packet), mac, EtherType::Ipv4, WhenFull::Drop);
        }
        if (!n) n = &start_locked(ip, now, dropped);
        enqueue_locked(*n, std::move(packet), dropped);
    }
    count_dropped(dropped);
    run(now);
    return {};
}

void ArpCache::learn(Ipv4Addr ip, MacAddr mac, bool create, Instant now) {
    MbufQueue ready, dropped;
    {
        platform::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (!n && create) n = claim_locked(ip, Worth::Unused, dropped);
        if (!n) return;
        incomplete_count_ -= n->state == State::Incomplete;
        n->mac = mac;
        n->state = State::Reachable;
        n->deadline = now + kReachableTime;
        n->used = !n->waiting.empty();
        take_waiting_locked(*n, ready);
        interface_.inet().hops().forget();  // the next packet marks the entry as used
        arm_locked(n->deadline);
    }
    count_dropped(dropped);
    while (MbufPtr m = ready.pop_head()) {
        (void)interface_.send_frame(std::move(m), mac, EtherType::Ipv4, WhenFull::Drop);
    }
}

void ArpCache::flush() {
    MbufQueue dropped;
    {
        platform::Guard guard(lock_);
        for (Set& set : sets_) {
            for (Neighbour& n : set) free_locked(n, dropped);
        }
    }
    interface_.inet().bump(Stat::arp_flushed, dropped.size());
}

std::optional<ArpCache::Entry> ArpCache::at(usize index) {
    platform::Guard guard(lock_);
    for (const Set& set : sets_) {
        for (const Neighbour& n : set) {
            if (n.state != State::Free && index-- == 0) return Entry{n.ip, n.mac, n.state};
        }
    }
    return std::nullopt;
}

// --- time ---

void ArpCache::on_timer(void* self) {
    auto& cache = *static_cast<ArpCache*>(self);
    {
        platform::Guard guard(cache.lock_);
        cache.armed_ = Instant::never();
    }
    cache.run(platform::now());
}

void ArpCache::run(Instant now) {
    while (auto action = next_action(now)) perform(std::move(*action));
}

// The first action that is due. If there is none, it sets the timer for the next deadline.
std::optional<ArpCache::Action> ArpCache::next_action(Instant now) {
    platform::Guard guard(lock_);
    Instant next = Instant::never();
    for (Set& set : sets_) {
        for (Neighbour& n : set) {
            if (n.state == State::Free) continue;
            if (n.deadline <= now) {
                if (auto action = act_locked(n, now)) return action;
            }
            if (n.state != State::Free && n.deadline < next) next = n.deadline;
        }
    }
    if (next != Instant::never()) arm_locked(next);
    return std::nullopt;
}

std::optional<ArpCache::Action> ArpCache::act_locked(Neighbour& n, Instant now) {
    if (n.state == State::Incomplete) {
        if (n.requests == kMaxRequests) return give_up_locked(n);
        n.deadline = now + (++n.requests <= kFastRequests ? kFastInterval : kSlowInterval);
        return Action{n.ip, true, MacAddr::broadcast()};
    }
    if (n.state == State::Reachable && n.used) {
        n.state = State::Probe;
        n.requests = 0;
    }
    if (n.state == State::Reachable || n.requests == kProbes) {
        n.state = State::Free;
        interface_.inet().hops().forget();
        return std::nullopt;
    }
    n.requests++;
    n.deadline = now + kProbeInterval;
    return Action{n.ip, true, n.mac};
}

static void report_lost(Inet& inet, Bytes packet) {
    const auto quote = QuotedPacket::parse(packet);
    if (quote && quote->protocol() == IpProtocol::Tcp) {
        return tcp_unreachable(inet, *quote, Errno::HostUnreach, 0);
    }
    inet.endpoints().report(packet, Errno::HostUnreach);
}

ArpCache::Action ArpCache::give_up_locked(Neighbour& n) {
    Action action{n.ip};
    free_locked(n, action.lost);
    return action;
}

void ArpCache::perform(Action action) {
    if (action.ask) return arp_request(interface_, action.ip, action.to);
    Inet& inet = interface_.inet();
    while (MbufPtr m = action.lost.pop_head()) {
        inet.bump(Stat::arp_unresolved);
        report_lost(inet, m->bytes());
    }
}

void ArpCache::arm_locked(Instant deadline) {
    if (deadline >= armed_) return;
    armed_ = deadline;
    timer_.set(deadline);
}

// --- conflicts ---

void ArpCache::conflict(MacAddr other, Instant now) {
    constexpr Duration kDefendInterval = seconds(10);
    interface_.inet().bump(Stat::arp_conflicts);
    {
        platform::Guard guard(lock_);
        if (now < next_defence_) return;
        next_defence_ = now + kDefendInterval;
    }
    platform::log("%s: address conflict: %s also claims %s", interface_.device().name(),
                  format_addr(other).text, format_addr(interface_.addr()).text);
    interface_.announce();
}

}  // namespace net
