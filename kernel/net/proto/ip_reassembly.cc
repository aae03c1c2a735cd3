#include "net/proto/ip_reassembly.h"

#include <algorithm>

#include "net/proto/flow.h"
#include "net/proto/icmp.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {
namespace {

// The range of a fragment's payload in the payload of the whole packet.
struct Range {
    usize first, end;
    bool last;

    static Range of(const Ipv4Packet& ip) {
        const usize first = ip.header().fragment_offset();
        return {first, first + ip.payload().size(), !ip.header().more_fragments()};
    }
    // A fragment in the queue has been parsed before, so parse() succeeds.
    static Range of(const Mbuf& m) { return of(*Ipv4Packet::parse(m.bytes())); }

    // RFC 791: all fragments but the last end at a multiple of 8. The length field limits the packet.
    bool is_sound() const {
        return end > first && (last || end % 8 == 0) && end <= kMaxIpPacket - sizeof(Ipv4Header);
    }
};

}  // namespace

// --- packets ---

// The first packet in use for which wanted(p) is true, or null. Few are in use, at the start of the array.
template <class F>
Reassembly::Packet* Reassembly::first_locked(F wanted) {
    usize left = used_;
    for (auto p = packets_.begin(); left > 0; p++) {
        if (p->used && wanted(*p)) return p;
        left -= p->used;
    }
    return nullptr;
}

Reassembly::Packet* Reassembly::find_locked(const Key& key) {
    return first_locked([&key](const Packet& p) { return p.key == key; });
}

usize Reassembly::packets_of_locked(Ipv4Addr source) {
    usize n = 0;
    first_locked([source, &n](const Packet& p) {
        n += p.key.src == source;
        return false;  // look at all
    });
    return n;
}

// The source must have at least one packet.
Reassembly::Packet& Reassembly::oldest_of_locked(Ipv4Addr source) {
    Packet* oldest = nullptr;
    for (Packet& p : packets_) {
        if (p.used && p.key.src == source && (!oldest || p.deadline < oldest->deadline)) oldest = &p;
    }
    return *oldest;
}

// The oldest packet of the source that has the most packets or fragments. Sources are counted by a hash, so
// two sources may be counted as one.
Reassembly::Packet& Reassembly::heaviest_locked(Measure measure) {
    const auto weight_of = [measure](const Packet& p) REQUIRES(lock_) {
        return static_cast<u16>(!p.used ? 0 : measure == Measure::Packets ? 1 : p.fragments.size());
    };
    std::array<u16, 256> weights{};
    const auto weight_at = [&](const Packet& p) -> u16& {
        return weights[(p.key.src.value() * multiplier_) >> 24];
    };
    for (const Packet& p : packets_) weight_at(p) = static_cast<u16>(weight_at(p) + weight_of(p));
    Packet* found = nullptr;
    for (Packet& p : packets_) {
        if (weight_of(p) == 0) continue;
        const bool as_heavy = found && weight_at(p) == weight_at(*found);
        if (!found || weight_at(p) > weight_at(*found) || (as_heavy && p.deadline < found->deadline))
            found = &p;
    }
    return *found;
}

void Reassembly::empty_locked(Packet& p, MbufQueue& into) {
    fragments_ -= p.fragments.size();
    into.take(p.fragments);
    p.bytes = 0;
}

void Reassembly::end_locked(Packet& p) {
    p.used = false;
    used_--;
}

// An entry for a new packet; if necessary it drops another packet.
Reassembly::Packet& Reassembly::claim_locked(const Key& key, Interface& in, Instant now, MbufQueue& dropped) {
    Packet* place = std::find_if(packets_.begin(), packets_.end(), [](const Packet& p) { return !p.used; });
    const bool too_many = packets_of_locked(key.src) >= kMaxEach;
    if (too_many) place = &oldest_of_locked(key.src);
    if (place == packets_.end()) place = &heaviest_locked(Measure::Packets);
    empty_locked(*place, dropped);
    if (!place->used) used_++;
    place->used = true;
    place->spoiled = false;
    place->key = key;
    place->in = &in;
    place->deadline = now + kTimeout;
    place->length = 0;
    return *place;
}

// --- fragments ---

// Inserts m, sorted by offset. The place is usually at the end.
void Reassembly::insert_locked(Packet& p, MbufPtr m) {
    const usize first = Range::of(*m).first;
    Mbuf* before = p.fragments.back();
    if (before && Range::of(*before).first > first) {
        before = nullptr;
        for (Mbuf* f = p.fragments.front(); Range::of(*f).first < first; f = MbufQueue::next(*f)) before = f;
    }
    p.fragments.insert_after(before, std::move(m));
    fragments_++;
}

// Consumes m if the verdict is Kept or Whole.
Reassembly::Verdict Reassembly::add_locked(Packet& p, const Ipv4Packet& ip, MbufPtr& m) {
    const Range r = Range::of(ip);
    if (!r.is_sound() || p.fragments.size() >= kMaxFragmentsEach) return Verdict::Bad;
    if (p.length && r.end > p.length) return Verdict::Bad;
    for (const Mbuf* f = p.fragments.front(); f; f = MbufQueue::next(*f)) {
        const Range other = Range::of(*f);
        if (other.first == r.first && other.end == r.end && other.last == r.last) return Verdict::Copy;
        if (other.first < r.end && r.first < other.end) return Verdict::Bad;
        if (r.last && other.end > r.end) return Verdict::Bad;
    }
    if (r.last) p.length = r.end;
    p.bytes += r.end - r.first;
    insert_locked(p, std::move(m));
    if (p.bytes != p.length) return Verdict::Kept;
    // The whole packet gets the first fragment's header, which may be longer than this fragment's header.
    const auto head = Ipv4Packet::parse(p.fragments.front()->bytes());
    return head->header().header_length() + p.length <= kMaxIpPacket ? Verdict::Whole : Verdict::Bad;
}

// Drops the fragments of the heaviest packet.
void Reassembly::make_room_locked(MbufQueue& dropped) {
    Packet& heaviest = heaviest_locked(Measure::Fragments);
    empty_locked(heaviest, dropped);
    heaviest.spoiled = true;
}

void Reassembly::take(Interface& in, const Ipv4Packet& ip, MbufPtr m, Instant now) {
    const Key key{ip.src(), ip.dst(), ip.protocol(), ip.header().identification};
    MbufQueue whole, dropped;
    inet_.bump(Stat::ip_fragments_in);
    {
        platform::Guard guard(lock_);
        Packet* p = find_locked(key);
        if (!p) p = &claim_locked(key, in, now, dropped);
        if (fragments_ >= kMaxFragments) make_room_locked(dropped);
        const Verdict verdict = p->spoiled ? Verdict::Bad : add_locked(*p, ip, m);
        if (verdict == Verdict::Whole) {
            empty_locked(*p, whole);
            end_locked(*p);
        } else if (verdict == Verdict::Bad) {
            empty_locked(*p, dropped);
            p->spoiled = true;
        }
        if (!armed_) timer_.set(p->deadline);
        armed_ = true;
    }
    const usize lost = dropped.size() + (m ? 1 : 0);
    for (usize i = 0; i < lost; i++) inet_.bump(Stat::ip_fragments_dropped);
    if (!whole.empty()) hand_up(in, whole);
}

// The first fragment has the ports. (Of a packet in fragments, it has at least eight bytes.)
bool Reassembly::give_to_flow(const Interface& in, MbufQueue& fragments) {
    const auto ip = Ipv4Packet::parse(fragments.front()->bytes());
    if (ip->protocol() != IpProtocol::Udp && ip->protocol() != IpProtocol::Tcp) return false;
    const auto& ports = *header_of<std::array<be16, 2>>(ip->payload());
    auto e = inet_.endpoints().find({ip->protocol(), ports[1], ports[0], ip->dst(), ip->src()});
    if (!is_flow(e, in)) return false;
    while (MbufPtr m = fragments.pop_head()) net::give_to_flow(*e, *m, false);
    return true;
}

// Passes the packet up in one mbuf if it fits, else in a chain in which only the head has an IP header.
void Reassembly::hand_up(Interface& in, MbufQueue& fragments) {
    if (give_to_flow(in, fragments)) return;
    MbufPtr m = fragments.pop_head();
    while (MbufPtr f = fragments.pop_head()) {
        f->pull(Ipv4Packet::parse(f->bytes())->header().header_length());
        m->append(std::move(f));
    }
    (void)m->flatten();
    const usize length = m->length();
    auto* header = reinterpret_cast<Ipv4Header*>(m->data());
    header->total_length = static_cast<u16>(length);
    header->flags_offset = 0;
    if (header->header_length() == sizeof *header) header->set_checksum();  // an ICMP error may quote it
    const auto ip = Ipv4Packet::parse(m->bytes());
    inet_.bump(Stat::ip_reassembled);
    ip_deliver(in, *ip, std::move(m), false);
}

// --- time ---

void Reassembly::on_timer(void* self) { static_cast<Reassembly*>(self)->run(platform::now()); }

// Drops expired packets until one has its first fragment (offset 0), and returns that fragment; null if there
// is none. It also sets the timer for the next deadline.
MbufPtr Reassembly::expired(Instant now, Interface*& in) {
    MbufQueue dropped;
    usize lost = 0;
    MbufPtr first;
    {
        platform::Guard guard(lock_);
        Instant next = Instant::never();
        for (Packet& p : packets_) {
            if (!p.used) continue;
            if (p.deadline > now || first) {
                next = std::min(next, p.deadline);
                continue;
            }
            lost += p.fragments.size();
            empty_locked(p, dropped);
            end_locked(p);
            if (dropped.front() && Range::of(*dropped.front()).first == 0) first = dropped.pop_head();
            in = p.in;
            dropped.clear();
        }
        armed_ = next != Instant::never();
        if (armed_) timer_.set(next);
    }
    for (usize i = 0; i < lost; i++) inet_.bump(Stat::ip_fragments_timeout);
    return first;
}

// RFC 792: no error is sent without the first fragment, because the error must quote it.
void Reassembly::run(Instant now) {
    Interface* in = nullptr;
    while (MbufPtr first = expired(now, in)) {
        const auto ip = Ipv4Packet::parse(first->bytes());
        icmp_tx_error(*in, *ip, std::move(first), IcmpType::TimeExceeded, 1);
    }
    inet_.deliver_loopback();
}

}  // namespace net
