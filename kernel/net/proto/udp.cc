#include "net/proto/udp.h"

#include "net/proto/flow.h"
#include "net/proto/icmp.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {
namespace {

// The socket or flow for a datagram. If it is a flow, it has got the frame, and m is null afterwards.
[[gnu::always_inline]] inline Ref<Endpoint> receiver_of(Interface& in, const Ipv4Packet& ip,
                                                        const UdpHeader& header, MbufPtr& m, bool verified) {
    Ref<Endpoint> e =
        in.inet().endpoints().find({IpProtocol::Udp, header.dst_port, header.src_port, ip.dst(), ip.src()});
    if (is_flow(e, in)) {
        give_to_flow(*e, *m, verified);
        m.reset();
    }
    return e;
}

// Delivers a valid datagram to its socket e; m is the whole packet. (A chain has been cut to its length.)
[[gnu::always_inline]] inline void deliver(Interface& in, const Ipv4Packet& ip, const UdpHeader& header,
                                           const Ref<Endpoint>& e, MbufPtr&& m) {
    Inet& inet = in.inet();
    const usize length = header.length - sizeof(UdpHeader);
    if (!e) {
        inet.bump(Stat::udp_no_socket);
        if (offer_to_taps(Tap::Unclaimed, in, *m)) return;
        return icmp_tx_unreachable(in, ip, std::move(m), IcmpUnreachableCode::Port);
    }
    m->pull(ip.header().header_length() + sizeof(UdpHeader));
    m->trim_to(length);
    inet.bump(e->deliver(std::move(m), ip) ? Stat::udp_in : Stat::udp_queue_full);
}

be16 checksum_of_chain(const Mbuf& m, Ipv4Addr src, Ipv4Addr dst, usize length) {
    Checksum sum;
    sum.add_pseudo_header(src, dst, IpProtocol::Udp, length);
    for (const Mbuf* piece = &m; piece; piece = piece->more()) sum.add(piece->bytes());
    return sum.finish();
}

// A datagram in a chain of mbufs: the same checks as in UdpDatagram, over the whole chain.
[[gnu::noinline]] void large_in(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified) {
    Inet& inet = in.inet();
    const auto* h = header_of<UdpHeader>(ip.payload());
    const usize headers = ip.header().header_length();
    if (!h || h->length < sizeof *h || headers + h->length > m->chain_length())
        return inet.bump(Stat::udp_bad);
    const Ref<Endpoint> e = receiver_of(in, ip, *h, m, verified);
    if (!m) return;
    m->pull(headers);
    m->chain_trim_to(h->length);
    const bool bad =
        !verified && h->checksum != 0 && checksum_of_chain(*m, ip.src(), ip.dst(), h->length) != 0;
    m->push(headers);
    if (bad) return inet.bump(Stat::udp_bad_checksum);
    deliver(in, ip, *h, e, std::move(m));
}

}  // namespace

void udp_in(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified) {
    if (m->more()) [[unlikely]]
        return large_in(in, ip, std::move(m), verified);
    Inet& inet = in.inet();
    const auto d = UdpDatagram::parse(ip.payload());
    if (!d) return inet.bump(Stat::udp_bad);
    const Ref<Endpoint> e = receiver_of(in, ip, d->header(), m, verified);
    if (!m) [[unlikely]]
        return;
    if (!verified && d->checksum(ip.src(), ip.dst()) == ChecksumVerdict::Bad)
        return inet.bump(Stat::udp_bad_checksum);
    deliver(in, ip, d->header(), e, std::move(m));
}

Result<> net_tx_udp(Inet& inet, MbufPtr&& m, const EndpointKey& key, WhenFull when, IpControls controls) {
    auto* h = m->push_header<UdpHeader>();
    if (!h) [[unlikely]]
        return Errno::NoBufs;
    if (!m->more()) [[likely]] {
        emit_udp(m->mut_bytes(), key.local, key.local_port, key.remote, key.remote_port);
    } else {
        const usize length = m->chain_length();
        if (length > kMaxUdpPayload + sizeof *h) return Errno::MsgSize;
        *h = {key.local_port, key.remote_port, static_cast<u16>(length), 0};
        const be16 sum = checksum_of_chain(*m, key.local, key.remote, length);
        h->checksum = sum == 0 ? be16{0xffff} : sum;  // as in emit_udp
    }
    TRY(ip_out(inet, std::move(m), key.local, key.remote, IpProtocol::Udp, when, controls));
    inet.bump(Stat::udp_out);
    return {};
}

}  // namespace net
