// The program at one end of a conversation over a vsock stream.
#pragma once

#include "stream_end.h"
#include "vsock_bus.h"

namespace sim {

class VsockEnd final : public StreamEnd {
  public:
    // `accepted`: of an accepted connection; null: this end connects.
    VsockEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side,
             Ref<net::Socket> accepted);

    bool is_in_application() const override { return false; }

  private:
    Ref<net::Socket> open() override;
    net::SocketAddr server() const override;
    void set_buffers(int bytes) override;
    // close() of a vsock socket never resets; what the peer writes afterwards is lost, and it gets an error.
    bool is_reset(Errno error) const override;
};

// A listening socket for kVsockPort; null: it cannot listen.
Ref<net::Socket> listening_vsock(net::Stack& stack);

}  // namespace sim
