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
    u32 in_use() const override { return udp_.count() + echo_.count() + streams_.count(); }
    bool list(SocketVisitor& to) override;

    // Documented in net/stack.h.
    Result<Ref<Socket>> connect_udp(Ipv4Addr remote, u16 local_port, u16 remote_port);
    Result<Ref<Socket>> open_echo(Ipv4Addr remote);

  private:
    Inet& inet_;
    Tcp& tcp_;
    SocketPool<UdpSocket> udp_{memory_share::kUdpSockets};
    SocketPool<EchoSocket> echo_{memory_share::kPingSockets};
    SocketPool<TcpSocket> streams_{memory_share::kTcpSockets};
};

}  // namespace net
