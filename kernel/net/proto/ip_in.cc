#include "net/proto/icmp.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/proto/tcp.h"
#include "net/proto/udp.h"
#include "net/wire/options.h"

namespace net {

// RFC 1122 section 3.2.1.3: a source is one host, on some link. Ours, from outside, would be a forgery or an
// echo; from inside it is the only one possible.
static bool is_possible_source(const Interface& in, Ipv4Addr a) {
    if (in.is_loopback()) [[unlikely]]
        return in.inet().is_own(a);
    const u8 first = a.octet(0);
    const bool ours = a == in.addr() || (in.inet().has_several_interfaces() && in.inet().is_own(a));
    return first != 0 && first != 127 && first < 224 && !ours && !in.is_broadcast(a);
}

// RFC 791 section 3.1: a source route whose pointer is not beyond its end goes on to another host. Linux
// drops such a packet, too, unless accept_source_route says otherwise. One whose length is impossible is no
// better.
static bool is_routed_on(Bytes options) {
    HeaderOptions list(options);
    while (const auto o = list.next()) {
        const auto kind = Ipv4OptionKind{o->kind};
        if (kind != Ipv4OptionKind::LooseSourceRoute && kind != Ipv4OptionKind::StrictSourceRoute) continue;
        if (o->data.empty() || o->data[0] <= o->data.size() + 2) return true;
    }
    return false;
}

// The IP header is still in front, for those who have to quote it; `ip` views it.
void ip_deliver(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    switch (ip.protocol()) {
        case IpProtocol::Icmp: return icmp_in(in, ip, std::move(m));
        case IpProtocol::Udp: return udp_in(in, ip, std::move(m));
        case IpProtocol::Tcp: return tcp_in(in, ip, std::move(m));
        default:
            in.inet().bump(Stat::ip_unknown_protocol);
            return icmp_tx_unreachable(in, ip, std::move(m), IcmpUnreachableCode::Protocol);
    }
}

// A host that does not forward may ignore all options but a source route (RFC 1122 section 3.2.1.8);
// header_length() already leads past them.
void ip_in(Interface& in, MbufPtr m, bool broadcast) {
    Inet& inet = in.inet();
    inet.bump(Stat::ip_in);
    const auto ip = Ipv4Packet::parse(m->bytes());
    if (!ip) return inet.bump(Stat::ip_bad_header);
    if (!ip->header_checksum_ok()) return inet.bump(Stat::ip_bad_checksum);
    if (!is_possible_source(in, ip->src())) return inet.bump(Stat::ip_bad_source);
    const bool ours = in.is_ours(ip->dst());
    if (!ours && !in.is_broadcast(ip->dst())) return inet.bump(Stat::ip_not_for_us);
    // RFC 1122 section 3.3.6: such a packet is a mistake, and an answer from every station a storm.
    if (ours && broadcast) return inet.bump(Stat::ip_link_broadcast);
    if (ip->header().header_length() != sizeof(Ipv4Header) && is_routed_on(ip->options())) [[unlikely]]
        return inet.bump(Stat::ip_source_routed);
    m->trim_to(ip->bytes().size());  // Ethernet's padding
    if (ip->header().is_fragment()) [[unlikely]]
        return inet.reassembly().take(in, *ip, std::move(m), platform::now());
    ip_deliver(in, *ip, std::move(m));
}

}  // namespace net
