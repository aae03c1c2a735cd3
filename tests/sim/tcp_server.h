// The program that accepts conversations over TCP.
#pragma once

#include "conversation.h"
#include "program.h"

namespace sim {

// Accepts connections on kStreamPort, and starts an end for each.
class TcpServer final : public Program {
  public:
    using Accepted = std::function<void(Ref<net::Socket>)>;
    TcpServer(Host& host, Network& network, Report& report, Accepted accepted);
    void run(Instant now) override;
    bool is_over() const override { return true; }
    void die() override;

  private:
    Accepted accepted_;
    Ref<net::Socket> listener_;
};

}  // namespace sim
