// A ping socket: a write sends an ICMP echo request, a read takes a reply (abi/net.h says how they look).
#pragma once

#include "net/socket/socket.h"

namespace net {

class Sockets;

// Its local "port" is the ICMP identifier, unique for the remote it asks.
class EchoSocket final : public Socket {
  public:
    EchoSocket(Sockets& home, Inet& inet, const EndpointKey& key) : Socket(inet, key), home_(home) {}

    Result<usize> write(UserAddr from, usize n) override;
    bool deliver(MbufPtr m, const Ipv4Packet& ip) override;
    void last_ref_gone() override;

  private:
    Sockets& home_;
    std::atomic<u32> sequence_{0};  // of the last request; the wire has its low 16 bits
};

}  // namespace net
