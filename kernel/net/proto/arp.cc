#include "net/proto/arp.h"

#include "net/proto/inet.h"
#include "net/proto/tcp.h"

namespace net {

// --- packets ---

static void send_arp(Interface& out, MbufPtr m, MacAddr to, const ArpPacket& packet) {
    m->trim_to(0);
    auto* p = m->put(sizeof packet);  // an mbuf has room for it wherever its data start
    if (!p) return out.inet().bump(Stat::no_mbuf);
    __builtin_memcpy(p, &packet, sizeof packet);
    // A full ring or a dead link was counted, and the asker will ask again.
    (void)out.send_frame(std::move(m), to, EtherType::Arp, WhenFull::Drop);
}

void arp_request(Interface& out, Ipv4Addr target, MacAddr to) {
    MbufPtr m = Mbuf::alloc();
    if (!m) return out.inet().bump(Stat::no_mbuf);
    out.inet().bump(Stat::arp_requests_out);
    send_arp(out, std::move(m), to,
             ArpPacket::make(ArpOperation::Request, out.mac(), out.addr(), MacAddr{}, target));
}

// In the buffer the request came in.
static void arp_reply(Interface& out, const ArpPacket& request, MbufPtr m) {
    out.inet().bump(Stat::arp_replies_out);
    send_arp(
        out, std::move(m), request.sender_mac,
        ArpPacket::make(ArpOperation::Reply, out.mac(), out.addr(), request.sender_mac, request.sender_ip));
}

// A source is one station (IEEE 802.3 section 3.2.3), in the frame's header and in the packet.
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
    const Instant now = port::now();
    if (p->sender_ip == in.addr()) {
        if (p->sender_mac != in.mac()) in.arp().conflict(p->sender_mac, now);
        return;
    }
    const bool for_us = p->target_ip == in.addr();
    if (in.is_neighbour(p->sender_ip)) in.arp().learn(p->sender_ip, p->sender_mac, for_us, now);
    if (for_us && p->operation() == ArpOperation::Request) arp_reply(in, *p, std::move(m));
}

// --- the cache ---

// A place for ip. Whoever is asked for is never evicted: its packets wait, and it goes by itself in 4 s.
ArpCache::Neighbour* ArpCache::claim_locked(Ipv4Addr ip, bool evict_used) {
    Neighbour* place = nullptr;
    for (Neighbour& n : set_of(ip)) {
        if (n.state == State::Free) {
            place = &n;
            break;
        }
        const bool evictable = n.state != State::Incomplete && (evict_used || !n.used);
        if (evictable && (!place || n.used < place->used)) place = &n;
    }
    if (!place) return nullptr;
    place->ip = ip;
    place->used = false;
    place->tries = 0;
    return place;
}

ArpCache::Neighbour* ArpCache::start_locked(Ipv4Addr ip, Instant now) {
    Neighbour* n = claim_locked(ip, true);
    if (!n) return nullptr;
    n->state = State::Incomplete;
    n->deadline = now;  // of the first request
    return n;
}

// RFC 1122 section 2.3.2.2: of many packets, the latest should be kept.
bool ArpCache::enqueue_locked(Neighbour& n, MbufPtr& packet, MbufPtr& oldest) {
    if (n.waiting.size() == kMaxWaitingEach) {
        oldest = n.waiting.pop_head();
        waiting_--;
    }
    if (waiting_ == kMaxWaiting) return false;
    n.waiting.push_tail(std::move(packet));
    waiting_++;
    return true;
}

Result<> ArpCache::resolve(Ipv4Addr ip, MbufPtr packet, Instant now) {
    Inet& inet = interface_.inet();
    MbufPtr oldest;
    {
        port::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (n && n->has_mac()) {  // the answer came between lookup() and now
            const MacAddr mac = n->mac;
            guard.release();
            return interface_.send_frame(std::move(packet), mac, EtherType::Ipv4, WhenFull::Drop);
        }
        if (!n) n = start_locked(ip, now);
        if (!n) {
            inet.bump(Stat::arp_table_full);
            return Errno::NoBufs;
        }
        if (!enqueue_locked(*n, packet, oldest)) {
            inet.bump(Stat::arp_queue_full);
            if (n->waiting.empty()) n->state = State::Free;  // nobody waits: do not ask
            return Errno::NoBufs;
        }
    }
    if (oldest) inet.bump(Stat::arp_queue_full);
    run(now);
    return {};
}

void ArpCache::learn(Ipv4Addr ip, MacAddr mac, bool create, Instant now) {
    MbufQueue ready;
    {
        port::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (!n && create) n = claim_locked(ip, false);
        if (!n) return;
        n->mac = mac;
        n->state = State::Reachable;
        n->deadline = now + kReachableTime;
        n->used = !n->waiting.empty();
        ready.take(n->waiting);
        waiting_ -= ready.size();
        arm_locked(n->deadline);
    }
    while (MbufPtr m = ready.pop_head()) {
        (void)interface_.send_frame(std::move(m), mac, EtherType::Ipv4, WhenFull::Drop);
    }
}

std::optional<ArpCache::Entry> ArpCache::at(usize index) {
    port::Guard guard(lock_);
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
        port::Guard guard(cache.lock_);
        cache.armed_ = Instant::never();
    }
    cache.run(port::now());
}

void ArpCache::run(Instant now) {
    while (auto action = next_action(now)) perform(std::move(*action));
}

// The first thing that is due; when there is none, the timer is set for the next one.
std::optional<ArpCache::Action> ArpCache::next_action(Instant now) {
    port::Guard guard(lock_);
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
        if (n.tries == kTries) return give_up_locked(n);
        n.deadline = now + (++n.tries <= kFastTries ? kFastInterval : kSlowInterval);
        return Action{n.ip, true, MacAddr::broadcast()};
    }
    if (n.state == State::Reachable && n.used) {
        n.state = State::Probe;
        n.tries = 0;
    }
    if (n.state == State::Reachable || n.tries == kProbes) {
        n.state = State::Free;
        return std::nullopt;
    }
    n.tries++;
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
    action.lost.take(n.waiting);
    waiting_ -= action.lost.size();
    n.state = State::Free;
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
        port::Guard guard(lock_);
        if (now < next_defence_) return;
        next_defence_ = now + kDefendInterval;
    }
    port::log("%s: address conflict: %s also claims %s", interface_.device().name(), format_addr(other).text,
              format_addr(interface_.addr()).text);
    interface_.announce();
}

}  // namespace net
