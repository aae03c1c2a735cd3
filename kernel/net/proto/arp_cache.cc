// ArpCache: the entries, and the packets that wait for them.
#include <utility>

#include "net/proto/arp.h"
#include "net/proto/inet.h"

namespace net {

ArpCache::~ArpCache() {
    for (List<Neighbour>* list : {&incomplete_, &unused_, &used_}) {
        while (Neighbour* n = list->pop_front()) pool_.destroy(n);
    }
    if (kept_) pool_.destroy(kept_);
}

void ArpCache::take_waiting_locked(Neighbour& n, MbufQueue& into) {
    waiting_ -= n.waiting.size();
    into.take(n.waiting);
}

void ArpCache::remove_locked(Neighbour& n) {
    Neighbour** link = &bucket_of(n.ip);
    while (*link != &n) link = &(*link)->chain;
    *link = n.chain;
    deadlines_.remove(n);
    n.unlink();
    waiting_ -= n.waiting.size();
    incomplete_count_ -= n.state == State::Incomplete;
    count_--;
    interface_.inet().hops().forget();
}

void ArpCache::remove_locked(Neighbour& n, Gone& gone) {
    remove_locked(n);
    gone.packets.take(n.waiting);
    gone.neighbours.push_back(n);
}

// The entry that a new one replaces. any: else only a silent or an unused one; null: there is none.
ArpCache::Neighbour* ArpCache::least_locked(bool any) {
    Neighbour* oldest = incomplete_.front();
    if (oldest && oldest->requests > 1) return oldest;
    if (Neighbour* n = unused_.front()) return n;
    if (!any) return nullptr;
    return oldest ? oldest : used_.front();
}

// Puts `fresh`, which may be null, into the table, as an Incomplete entry on no list. Null: there is no room.
ArpCache::Neighbour* ArpCache::add_locked(Ipv4Addr ip, Neighbour*& fresh, bool any, Gone& gone) {
    if (count_ == kMost || !fresh) {
        Neighbour* least = least_locked(any);
        if (!least) return nullptr;
        remove_locked(*least, gone);
        if (!fresh) {
            least->unlink();
            fresh = least;
        }
    }
    Neighbour& n = *std::exchange(fresh, nullptr);
    n.ip = ip;
    n.state = State::Incomplete;
    n.requests = 0;
    n.chain = std::exchange(bucket_of(ip), &n);
    count_++;
    incomplete_count_++;
    return &n;
}

ArpCache::Neighbour* ArpCache::start_locked(Ipv4Addr ip, Neighbour*& fresh, Gone& gone) {
    if (incomplete_count_ == kMaxIncomplete) remove_locked(*incomplete_.front(), gone);
    Neighbour* n = add_locked(ip, fresh, true, gone);
    if (!n) return nullptr;
    incomplete_.push_back(*n);
    return n;
}

// RFC 1122 section 2.3.2.2: the latest packet should be kept.
void ArpCache::enqueue_locked(Neighbour& n, MbufPtr packet, Gone& gone) {
    if (n.waiting.size() == kMaxWaitingEach) {
        gone.packets.push_tail(n.waiting.pop_head());
        waiting_--;
    }
    if (waiting_ == kMaxWaiting) {
        Neighbour* oldest = incomplete_.front();
        remove_locked(oldest == &n ? *incomplete_.next(n) : *oldest, gone);
    }
    n.waiting.push_tail(std::move(packet));
    waiting_++;
}
static_assert(ArpCache::kMaxWaitingEach < ArpCache::kMaxWaiting,
              "when the queue is full, another neighbour has packets in it");

// After the lock is released. `fresh`: an entry that was not needed, or null.
void ArpCache::dispose_of(Gone& gone, Neighbour* fresh, Stat reason) {
    interface_.inet().bump(reason, gone.packets.size());
    if (fresh) pool_.destroy(fresh);
    while (Neighbour* n = gone.neighbours.pop_front()) pool_.destroy(n);
}

// The caller may hold the lock of a connection. So this performs only the first request of a new entry: other
// actions, which the timer performs, may report a loss to a connection.
Result<> ArpCache::resolve(Ipv4Addr ip, MbufPtr packet, Instant now) {
    Gone gone;
    Neighbour* fresh = pool_.create();
    Neighbour* n = nullptr;
    bool asks = false;
    {
        platform::Guard guard(lock_);
        n = find_locked(ip);
        if (n && n->has_mac()) {  // the reply arrived after lookup()
            const MacAddr mac = n->mac;
            guard.release();
            dispose_of(gone, fresh, Stat::arp_queue_full);
            return interface_.send_frame(std::move(packet), mac, EtherType::Ipv4, WhenFull::Drop);
        }
        if (!n && (n = start_locked(ip, fresh, gone))) {
            asks = true;
            (void)act_locked(*n, now);
            arm_locked(n->deadline);
        }
        if (n) enqueue_locked(*n, std::move(packet), gone);
    }
    dispose_of(gone, fresh, Stat::arp_queue_full);
    if (!n) {
        interface_.inet().bump(Stat::no_mbuf);
        return Errno::NoBufs;
    }
    if (asks) arp_request(interface_, ip, MacAddr::broadcast());
    return {};
}

// Makes the entry, which may be on no list yet, Reachable.
void ArpCache::confirm_locked(Neighbour& n, MacAddr mac, Instant now, MbufQueue& ready) {
    incomplete_count_ -= n.state == State::Incomplete;
    n.mac = mac;
    n.state = State::Reachable;
    n.used = !n.waiting.empty();
    if (n.linked()) n.unlink();
    (n.used ? used_ : unused_).push_back(n);
    take_waiting_locked(n, ready);
    set_deadline_locked(n, now + kReachableTime);
    interface_.inet().hops().forget();  // the next packet marks the entry as used
    arm_locked(n.deadline);
}

void ArpCache::learn(Ipv4Addr ip, MacAddr mac, bool create, Instant now) {
    Gone gone;
    MbufQueue ready;
    Neighbour* fresh = create ? pool_.create() : nullptr;
    {
        platform::Guard guard(lock_);
        Neighbour* n = find_locked(ip);
        if (!n && create) n = add_locked(ip, fresh, false, gone);
        if (n) confirm_locked(*n, mac, now, ready);
    }
    dispose_of(gone, fresh, Stat::arp_queue_full);
    while (MbufPtr m = ready.pop_head()) {
        (void)interface_.send_frame(std::move(m), mac, EtherType::Ipv4, WhenFull::Drop);
    }
}

void ArpCache::flush() {
    Gone gone;
    {
        platform::Guard guard(lock_);
        for (List<Neighbour>* list : {&incomplete_, &unused_, &used_}) {
            while (Neighbour* n = list->front()) remove_locked(*n, gone);
        }
    }
    dispose_of(gone, nullptr, Stat::arp_flushed);
}

usize ArpCache::list(usize first, std::span<Entry> room) {
    usize n = 0;
    platform::Guard guard(lock_);
    for (List<Neighbour>* list : {&used_, &unused_, &incomplete_}) {
        for (const Neighbour& each : *list) {
            if (n == room.size()) return n;
            if (first > 0)
                first--;
            else
                room[n++] = {each.ip, each.mac, each.state};
        }
    }
    return n;
}

}  // namespace net
