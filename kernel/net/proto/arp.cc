// ARP: packets, and conflicts of addresses. arp_cache.cc and arp_time.cc have the neighbour cache.
#include "net/proto/arp.h"

#include "net/proto/inet.h"

namespace net {

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
