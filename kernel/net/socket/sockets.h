// Creates and frees UDP and ping sockets.
#pragma once

#include <atomic>

#include "net/core/pool.h"
#include "net/socket/echo_socket.h"
#include "net/socket/udp_socket.h"

namespace net {

class Inet;

// Thread context, no lock held.
class Sockets {
  public:
    static constexpr u32 kMaxSockets = 2048;
    static constexpr EndpointTable::PortRange kDynamicPorts{49152, 65535};  // RFC 6335 section 6
    static constexpr EndpointTable::PortRange kIdentifiers{1, 65535};

    constexpr explicit Sockets(Inet& inet) : inet_(inet) {}

    // Documented in net/stack.h.
    Result<Ref<Socket>> connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port);
    Result<Ref<Socket>> open_echo(Ipv4Addr remote);
    Result<Ref<Socket>> open_udp();
    Result<Ref<Socket>> open_icmp();
    u32 open() const { return open_.load(std::memory_order_relaxed); }

    void free(UdpSocket& s);
    void free(EchoSocket& s);

  private:
    template <class T, class... Args>
    Result<Ref<T>> create(Pool<T>& pool, Args... args);
    template <class T>
    void destroy(Pool<T>& pool, T& socket);

    Inet& inet_;
    std::atomic<u32> open_{0};
    Pool<UdpSocket> udp_{LockRank::SocketTable};
    Pool<EchoSocket> echo_{LockRank::SocketTable};
};

}  // namespace net
