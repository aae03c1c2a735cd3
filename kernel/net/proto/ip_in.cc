#include "net/proto/icmp.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/proto/tcp.h"
#include "net/proto/udp.h"
#include "net/wire/options.h"

namespace net {

// RFC 1122 section 3.2.1.3: a source must be the address of one host. Our own address is valid only on
// loopback; from a link it is forged or an echo of our packet.
static bool is_possible_source(const Interface& in, Ipv4Addr a) {
    if (in.is_loopback()) [[unlikely]]
        return in.inet().is_own(a);
    const u8 first = a.octet(0);
    const bool ours = a == in.addr() || (in.inet().has_several_interfaces() && in.inet().is_own(a));
    return first != 0 && first != 127 && first < 224 && !ours && !in.is_broadcast(a);
}

// RFC 791 section 3.1: a source route whose pointer is not past its end continues to another host. An invalid
// length counts as unfinished. Linux also drops such packets unless accept_source_route is set.
static bool has_unfinished_source_route(Bytes options) {
    HeaderOptions list(options);
    while (const auto o = list.next()) {
        const auto kind = Ipv4OptionKind{o->kind};
        if (kind != Ipv4OptionKind::LooseSourceRoute && kind != Ipv4OptionKind::StrictSourceRoute) continue;
        if (o->data.empty() || o->data[0] <= o->data.size() + 2) return true;
    }
    return false;
}

// The IP header is still in m, because an ICMP error must quote it.
void ip_deliver(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified) {
    switch (ip.protocol()) {
        case IpProtocol::Icmp: return icmp_in(in, ip, std::move(m));
        case IpProtocol::Udp: return udp_in(in, ip, std::move(m), verified);
        case IpProtocol::Tcp: return tcp_in(in, ip, std::move(m), verified);
        default:
            in.inet().bump(Stat::ip_unknown_protocol);
            if (offer_to_taps(Tap::Unclaimed, in, *m)) return;
            return icmp_tx_unreachable(in, ip, std::move(m), IcmpUnreachableCode::Protocol);
    }
}

// A packet that the device merged from TCP segments, or that has not left this host: the total length in its
// header covers the whole chain. Makes it the length of the head, so that the head is a packet of its own,
// which a view can check. False: the header is invalid, or the chain too short.
[[gnu::noinline]] static bool make_head_a_packet(Mbuf& m) {
    auto* h = reinterpret_cast<Ipv4Header*>(m.data());
    if (m.length() < sizeof *h || h->is_fragment() || h->total_length > m.chain_length()) return false;
    m.chain_trim_to(h->total_length);
    const auto head = static_cast<u16>(m.length());
    h->checksum = checksum_update(h->checksum, h->total_length, head);
    h->total_length = head;
    return true;
}

// A host that does not forward may ignore all options except a source route (RFC 1122 section 3.2.1.8).
void ip_in(Interface& in, MbufPtr&& m, bool broadcast, bool verified) {
    Inet& inet = in.inet();
    inet.bump(Stat::ip_in);
    if (m->is_scattered() && !make_head_a_packet(*m)) [[unlikely]]
        return inet.bump(Stat::ip_bad_header);
    const auto ip = Ipv4Packet::parse(m->bytes());
    if (!ip) return inet.bump(Stat::ip_bad_header);
    if (!ip->header_checksum_ok()) return inet.bump(Stat::ip_bad_checksum);
    if (!is_possible_source(in, ip->src())) return inet.bump(Stat::ip_bad_source);
    const bool ours = in.is_ours(ip->dst());
    if (!ours && !in.is_broadcast(ip->dst())) return inet.bump(Stat::ip_not_for_us);
    // RFC 1122 section 3.3.6: drop it silently, because replies from all stations would be a broadcast storm.
    if (ours && broadcast) return inet.bump(Stat::ip_link_broadcast);
    if (ip->header().header_length() != sizeof(Ipv4Header) && has_unfinished_source_route(ip->options()))
        [[unlikely]]
        return inet.bump(Stat::ip_source_routed);
    m->trim_to(ip->bytes().size());  // remove Ethernet padding
    if (ip->header().is_fragment()) [[unlikely]]
        return inet.reassembly().take(in, *ip, std::move(m), platform::now());
    ip_deliver(in, *ip, std::move(m), verified);
}

}  // namespace net
