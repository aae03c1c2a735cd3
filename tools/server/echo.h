// The echo peer of nettests: sends back each datagram, and answers two special ones.
#pragma once

#include "tools/server/udp_service.h"

namespace server {

class Echo : public UdpService {
  public:
    using UdpService::UdpService;

  private:
    void handle(const Peer& from, Bytes datagram) override;
    void burst(const Peer& to, unsigned count, unsigned size);
};

}  // namespace server
