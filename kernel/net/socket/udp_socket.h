// A UDP socket. DatagramSocket documents its functions.
#pragma once

#include "net/socket/datagram_socket.h"
#include "net/socket/socket_pool.h"

namespace net {

class UdpSocket final : public DatagramSocket {
  public:
    UdpSocket(SocketPool<UdpSocket>& home, Inet& inet);

    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;

  private:
    bool deliver(MbufPtr m, const Ipv4Packet& ip) override;
    void last_ref_gone() override { home_.free(*this); }
    SocketPool<UdpSocket>& home_;
};

}  // namespace net
