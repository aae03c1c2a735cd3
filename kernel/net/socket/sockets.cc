#include "net/socket/sockets.h"

#include "net/proto/inet.h"

namespace net {

// The limit is claimed before memory is, so that it holds whoever else is here at the same time.
template <class T>
Result<Ref<T>> Sockets::create(Pool<T>& pool, const EndpointKey& key) {
    if (open_.fetch_add(1, std::memory_order_relaxed) >= kMaxSockets) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        return Errno::NFile;
    }
    T* socket = pool.create(*this, inet_, key);
    if (!socket) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        return Errno::NoMem;
    }
    return Ref<T>(socket);
}

template <class T>
void Sockets::destroy(Pool<T>& pool, T& socket) {
    pool.destroy(&socket);
    open_.fetch_sub(1, std::memory_order_relaxed);
}

void Sockets::free(UdpSocket& s) { destroy(udp_, s); }
void Sockets::free(EchoSocket& s) { destroy(echo_, s); }

// Our address on the way to a remote that can be talked to: one host, and not this one.
Result<Ipv4Addr> Sockets::source_for(Ipv4Addr remote) {
    const u8 first = remote.octet(0);
    if (first == 0 || first == 127 || first >= 224) return Errno::AddrNotAvail;
    const auto hop = inet_.routes().find(remote);
    if (!hop) return Errno::NetUnreach;
    const Interface& out = *hop->interface;
    if (out.prefix().contains(remote) && !out.is_neighbour(remote)) return Errno::AddrNotAvail;
    return out.addr();
}

Result<Ref<Socket>> Sockets::connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port) {
    if (remote_port == 0) return Errno::Inval;
    const Ipv4Addr local = TRY(source_for(remote));
    Ref<UdpSocket> s = TRY(create(udp_, {IpProtocol::Udp, local_port, remote_port, local, remote}));
    if (local_port == 0)
        TRY(inet_.endpoints().insert_with_free_port(*s, kDynamicPorts));
    else
        TRY(inet_.endpoints().insert(*s));
    return Ref<Socket>(s.get());
}

Result<Ref<Socket>> Sockets::open_echo(Ipv4Addr remote) {
    const Ipv4Addr local = TRY(source_for(remote));
    Ref<EchoSocket> s = TRY(create(echo_, {IpProtocol::Icmp, 0, 0, local, remote}));
    TRY(inet_.endpoints().insert_with_free_port(*s, kIdentifiers));
    return Ref<Socket>(s.get());
}

}  // namespace net
