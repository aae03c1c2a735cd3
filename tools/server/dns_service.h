// The DNS responder (dns.h) on its port.
#pragma once

#include <array>

#include "tools/server/dns.h"
#include "tools/server/udp_service.h"

namespace server {

class DnsService : public UdpService {
  public:
    using UdpService::UdpService;

  private:
    void handle(const Peer& from, Bytes query) override {
        std::array<u8, dns::kMaxMessage> reply;
        if (usize n = dns::answer(query, reply)) send(from, Bytes(reply).first(n));
    }
};

}  // namespace server
