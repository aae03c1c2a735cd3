// A service with one UDP socket: what it does with a datagram is its subclass's business.
#pragma once

#include <netinet/in.h>

#include "tools/server/common.h"
#include "tools/server/loop.h"

namespace server {

class UdpService : public Service {
  public:
    using Peer = sockaddr_in;
    UdpService(const char* name, int port, bool quiet);
    void watch(std::vector<pollfd>& all) override;
    void serve(std::span<const pollfd> mine, i64 now) override;

  protected:
    virtual void handle(const Peer& from, Bytes datagram) = 0;
    void send(const Peer& to, Bytes datagram);

  private:
    void show(const Peer& from, Bytes datagram) const;

    const char* name_;
    bool quiet_;
    Fd fd_;
};

}  // namespace server
