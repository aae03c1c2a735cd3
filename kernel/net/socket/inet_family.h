// AF_INET: TCP, UDP and ping sockets.
#pragma once

#include "net/socket/echo_socket.h"
#include "net/socket/family.h"
#include "net/socket/socket_pool.h"
#include "net/socket/tcp_socket.h"
#include "net/socket/udp_socket.h"

namespace net {

// SocketFamily documents its functions.
class InetFamily final : public SocketFamily {
  public:
    InetFamily(Inet& inet, Tcp& tcp) : inet_(inet), tcp_(tcp) {}

    Result<Ref<Socket>> open(int type, int protocol) override;
    u32 in_use() const override { return datagram_limit_.count() + stream_limit_.count(); }
    bool describe(usize& index, socket_entry& entry, const void*& object) override;

    // Documented in net/stack.h.
    Result<Ref<Socket>> connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port);
    Result<Ref<Socket>> open_echo(Ipv4Addr remote);

  private:
    Inet& inet_;
    Tcp& tcp_;
    SocketLimit datagram_limit_, stream_limit_;
    SocketPool<UdpSocket> udp_{datagram_limit_};
    SocketPool<EchoSocket> echo_{datagram_limit_};
    SocketPool<TcpSocket> streams_{stream_limit_};
};

}  // namespace net
