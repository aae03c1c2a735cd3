// The ports of a stack in a program. Whose port it is decides the kernel, through netd: a port must be
// claimed before a socket of this stack is bound to it.
#pragma once

#include "net/proto/ip.h"
#include "net/tcp/tcp.h"

namespace ustack {

// Who gives ports away.
class PortSource {
  public:
    // From now on the channel receives what arrives for this port, and may send from it. Port 0: any free
    // one. Returns the port. Errors: AddrInUse, Access (refused by policy), AddrNotAvail (no more ports), and
    // others.
    virtual Result<u16> claim(net::IpProtocol protocol, u16 port) = 0;
    virtual void release(net::IpProtocol protocol, u16 port) = 0;

  protected:
    ~PortSource() = default;
};

// The claimed ports, and how many sockets are bound to each. A TCP port is released only when the last of its
// connections has gone too: a peer may still send its FIN again.
class PortClaims {
  public:
    static constexpr usize kMost = 256;

    PortClaims(PortSource& source, net::Tcp& tcp) : source_(source), tcp_(tcp) {}

    // For a socket that is about to be bound; returns the port. Errors: as PortSource::claim.
    Result<u16> take(net::IpProtocol protocol, u16 port);
    // The socket has been closed, or could not be bound.
    void give(net::IpProtocol protocol, u16 port);

    usize count() const { return count_; }

  private:
    struct Claim {
        net::IpProtocol protocol;
        u16 port;
        u32 sockets;
    };
    Claim* find(net::IpProtocol protocol, u16 port);
    bool is_in_use(const Claim& claim);
    void release_unused();
    static void on_timer(void* self);

    PortSource& source_;
    net::Tcp& tcp_;
    Claim claims_[kMost]{};  // the first count_ are in use
    usize count_ = 0;
    net::platform::Timer timer_{on_timer, this};
};

}  // namespace ustack
