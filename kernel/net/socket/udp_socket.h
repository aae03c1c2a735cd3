// A UDP socket, connected to one remote port from its birth.
#pragma once

#include "net/socket/socket.h"

namespace net {

class Sockets;

class UdpSocket final : public Socket {
  public:
    UdpSocket(Sockets& home, Inet& inet, const EndpointKey& key) : Socket(inet, key), home_(home) {}

    Result<usize> write(UserAddr from, usize n) override;
    bool deliver(MbufPtr m, const Ipv4Packet& ip) override;
    void last_ref_gone() override;

  private:
    Sockets& home_;
};

}  // namespace net
