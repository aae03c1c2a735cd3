#include "net/proto/flow.h"

#include "net/proto/inet.h"
#include "net/proto/taps.h"
#include "net/wire/ipv4.h"

namespace net {

// ip_in has made the head of a chain a packet of its own.
static void make_whole_again(Mbuf& m) {
    auto* h = reinterpret_cast<Ipv4Header*>(m.data());
    const auto all = static_cast<u16>(m.chain_length());
    h->checksum = checksum_update(h->checksum, h->total_length, all);
    h->total_length = all;
}

void give_to_flow(Endpoint& flow, Mbuf& m, bool verified) {
    if (m.is_scattered()) [[unlikely]]
        make_whole_again(m);
    m.push(sizeof(EtherHeader));
    flow.take_frame(m, verified);
}

bool offer_to_taps(Tap what, Interface& at, Mbuf& packet) {
    Inet& inet = at.inet();
    if (!inet.is_tapped(what)) [[likely]]
        return false;
    packet.push(sizeof(EtherHeader));
    const bool taken = inet.taps().offer(what, at, packet);
    packet.pull(sizeof(EtherHeader));
    return taken;
}

bool is_for_merging_flow(Interface& in, const TcpAck& ack) {
    EndpointTable& all = in.inet().endpoints();
    if (!all.has_tcp_flows()) return false;
    Ref<Endpoint> e = all.find({IpProtocol::Tcp, ack.local_port, ack.remote_port, ack.local, ack.remote});
    return is_flow(e, in) && e->merges_acks();
}

}  // namespace net
