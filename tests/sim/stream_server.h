// The program that accepts conversations over streams.
#pragma once

#include "conversation.h"
#include "program.h"

namespace sim {

// Accepts connections, and starts an end for each.
class StreamServer final : public Program {
  public:
    using Accepted = std::function<void(Ref<net::Socket>)>;
    StreamServer(Host& host, Network& network, Report& report, Ref<net::Socket> listener, Accepted accepted);
    void run(Instant now) override;
    bool is_over() const override { return true; }
    void die() override;
    bool is_in_application() const override { return in_application_; }

  private:
    Accepted accepted_;
    Ref<net::Socket> listener_;
    const bool in_application_;
};

}  // namespace sim
