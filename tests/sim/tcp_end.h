// The program at one end of a conversation over TCP.
#pragma once

#include "stream_end.h"

namespace sim {

class TcpEnd final : public StreamEnd {
  public:
    // `accepted`: of an accepted connection; null: this end connects.
    TcpEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side, Ref<net::Socket> accepted,
           bool calm);

  private:
    Ref<net::Socket> open() override;
    net::SocketAddr server() const override;
    void bind() override;
    void set_options() override;
    void set_buffers(int bytes) override;
    void prepare_abort() override;
};

// A listening socket for kStreamPort; null: it cannot listen.
Ref<net::Socket> listening_tcp(net::Stack& stack);

}  // namespace sim
