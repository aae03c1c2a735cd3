#include "net/proto/udp.h"

#include "net/proto/icmp.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"

namespace net {

void udp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m) {
    Inet& inet = in.inet();
    const auto d = UdpDatagram::parse(ip.payload());
    if (!d) return inet.bump(Stat::udp_bad);
    if (d->checksum(ip.src(), ip.dst()) == ChecksumVerdict::Bad) return inet.bump(Stat::udp_bad_checksum);
    const auto e = inet.endpoints().find({IpProtocol::Udp, d->dst_port(), d->src_port(), ip.dst(), ip.src()});
    if (!e) {
        inet.bump(Stat::udp_no_socket);
        return icmp_tx_unreachable(in, ip, std::move(m), IcmpUnreachableCode::Port);
    }
    m->pull(ip.header().header_length() + sizeof(UdpHeader));
    m->trim_to(d->payload().size());
    inet.bump(e->deliver(std::move(m), ip) ? Stat::udp_in : Stat::udp_queue_full);
}

Result<> net_tx_udp(Inet& inet, MbufPtr m, const EndpointKey& key) {
    if (!m->push_header<UdpHeader>()) [[unlikely]]
        return Errno::NoBufs;
    emit_udp(m->mut_bytes(), key.local, key.local_port, key.remote, key.remote_port);
    TRY(ip_out(inet, std::move(m), key.local, key.remote, IpProtocol::Udp, WhenFull::Wait));
    inet.bump(Stat::udp_out);
    return {};
}

}  // namespace net
