// A UDP socket. DatagramSocket documents its functions.
#pragma once

#include "net/socket/datagram_socket.h"

namespace net {

class Sockets;

class UdpSocket final : public DatagramSocket {
  public:
    UdpSocket(Sockets& home, Inet& inet);

    Result<usize> send(UserAddr from, usize n, int flags, const SocketAddr* to) override;
    bool deliver(MbufPtr m, const Ipv4Packet& ip) override;
    void last_ref_gone() override;

  private:
    Sockets& home_;
};

}  // namespace net
