// Counts datagrams. "COUNT?" is answered with the number since the last such question.
#pragma once

#include <string>
#include <string_view>

#include "tools/server/udp_service.h"

namespace server {

class Sink : public UdpService {
  public:
    using UdpService::UdpService;

  private:
    void handle(const Peer& from, Bytes datagram) override {
        if (std::string_view(reinterpret_cast<const char*>(datagram.data()), datagram.size()) != "COUNT?") {
            count_++;
            return;
        }
        const std::string answer = std::to_string(count_);
        send(from, {reinterpret_cast<const u8*>(answer.data()), answer.size()});
        count_ = 0;
    }
    unsigned long count_ = 0;
};

}  // namespace server
