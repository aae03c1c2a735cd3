#include "net/socket/inet_family.h"

#include "abi/socket.h"
#include "net/proto/inet.h"

namespace net {

Result<Ref<Socket>> InetFamily::open(int type, int protocol) {
    if (protocol < 0 || protocol > 255) return Errno::Inval;
    if (type == SOCK_STREAM) {
        if (protocol != 0 && protocol != IPPROTO_TCP) return Errno::ProtoNoSupport;
        return Ref<Socket>(TRY(streams_.create(tcp_)).get());
    }
    if (type != SOCK_DGRAM) return Errno::SockTNoSupport;
    if (protocol == IPPROTO_ICMP)
        return Ref<Socket>(TRY(echo_.create(inet_, EchoSocket::Format::Message)).get());
    if (protocol != 0 && protocol != IPPROTO_UDP) return Errno::ProtoNoSupport;
    return Ref<Socket>(TRY(udp_.create(inet_)).get());
}

Result<Ref<Socket>> InetFamily::connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port) {
    if (remote_port == 0) return Errno::Inval;
    const Ipv4Addr local = TRY(inet_.source_for(remote));
    const Ref<UdpSocket> s = TRY(udp_.create(inet_));
    TRY(s->start({IpProtocol::Udp, local_port, remote_port, local, remote}));
    return Ref<Socket>(s.get());
}

Result<Ref<Socket>> InetFamily::open_echo(Ipv4Addr remote) {
    const Ipv4Addr local = TRY(inet_.source_for(remote));
    const Ref<EchoSocket> s = TRY(echo_.create(inet_, EchoSocket::Format::Data));
    TRY(s->start({IpProtocol::Icmp, 0, 0, local, remote}));
    return Ref<Socket>(s.get());
}

// --- the list: datagram sockets, TCP listeners, connections and compact TIME-WAIT entries ---

static u32 clamp(usize n) { return n < 0xffff'ffff ? static_cast<u32>(n) : 0xffff'ffff; }

// Key: EndpointKey or TcpKey.
template <class Key>
static socket_entry entry_for(const Key& key, u8 type, IpProtocol protocol) {
    socket_entry e{};
    e.family = AF_INET;
    e.type = type;
    e.protocol = static_cast<u8>(protocol);
    e.local = key.local.value(), e.local_port = key.local_port;
    e.remote = key.remote.value(), e.remote_port = key.remote_port;
    return e;
}

static socket_entry entry_for(const TcpKey& key, u32 state) {
    socket_entry e = entry_for(key, SOCK_STREAM, IpProtocol::Tcp);
    e.state = static_cast<u8>(state);
    return e;
}

static socket_entry describe_datagrams(const Ref<Endpoint>& found) {
    const EndpointKey& key = found->key();
    socket_entry e = entry_for(key, SOCK_DGRAM, key.protocol);
    e.receive_queue = clamp(DatagramSocket::of(*found).queued());
    return e;
}

static socket_entry describe_listener(const Ref<TcpListener>& l) {
    socket_entry e = entry_for({l->addr, {}, l->port, 0}, TCP_LISTEN);
    e.receive_queue = l->waiting();
    e.send_queue = l->backlog();
    return e;
}

static socket_entry describe_flow(const TcpTable::Listed& flow) {
    if (!flow.connection) return entry_for(flow.time_wait, TCP_TIME_WAIT);
    const tcp_info info = flow.connection->info();
    socket_entry e = entry_for(flow.connection->ends(), info.tcpi_state);
    e.receive_queue = info.tcpi_rcv_queue;
    e.send_queue = info.tcpi_unacked + info.tcpi_notsent;
    e.tcp.retransmits = info.tcpi_retransmits;
    e.tcp.timer = static_cast<u8>(info.tcpi_timer);
    e.tcp.timer_us = info.tcpi_timer_us;
    e.tcp.rto_us = info.tcpi_rto;
    return e;
}

bool InetFamily::list(SocketVisitor& to) {
    return visit_all(inet_.endpoints(), to, describe_datagrams) &&
           visit_all(tcp_.ports(), to, describe_listener) && visit_all(tcp_.table(), to, describe_flow);
}

}  // namespace net
