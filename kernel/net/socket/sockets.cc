#include "net/socket/sockets.h"

#include "net/proto/inet.h"

namespace net {

// Counts the socket before it allocates memory, so the limit also holds for concurrent calls.
template <class T, class... Args>
Result<Ref<T>> Sockets::create(Pool<T>& pool, Args... args) {
    if (open_.fetch_add(1, std::memory_order_relaxed) >= kMaxSockets) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        return Errno::NFile;
    }
    T* socket = pool.create(*this, inet_, args...);
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

Result<Ref<Socket>> Sockets::connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port) {
    if (remote_port == 0) return Errno::Inval;
    const Ipv4Addr local = TRY(inet_.source_for(remote));
    Ref<UdpSocket> s = TRY(create(udp_));
    TRY(s->start({IpProtocol::Udp, local_port, remote_port, local, remote}));
    return Ref<Socket>(s.get());
}

Result<Ref<Socket>> Sockets::open_echo(Ipv4Addr remote) {
    const Ipv4Addr local = TRY(inet_.source_for(remote));
    Ref<EchoSocket> s = TRY(create(echo_, EchoSocket::Format::Data));
    TRY(s->start({IpProtocol::Icmp, 0, 0, local, remote}));
    return Ref<Socket>(s.get());
}

Result<Ref<Socket>> Sockets::open_udp() { return Ref<Socket>(TRY(create(udp_)).get()); }

Result<Ref<Socket>> Sockets::open_icmp() {
    return Ref<Socket>(TRY(create(echo_, EchoSocket::Format::Message)).get());
}

}  // namespace net
