// The network stack of one program: the kernel's, without the sockets that a channel cannot serve.
#pragma once

#include "net/proto/inet.h"
#include "net/socket/inet_family.h"
#include "net/tcp/tcp.h"
#include "ustack/channel_device.h"
#include "ustack/ports.h"

namespace ustack {

// - It is never destroyed, except by tests.
class Stack : public net::Inet {
  public:
    // memory and fd: a channel (ChannelDevice).
    Stack(int fd, channel_memory& memory, PortSource& ports);
    ~Stack();

    // The address of the host on the channel's link, and its default gateway (none if 0.0.0.0). Errors: those
    // of Inet::add_interface.
    Result<> start(net::Ipv4Prefix address, net::Ipv4Addr gateway);

    ChannelDevice& device() { return device_; }
    PortClaims& ports() { return ports_; }
    Result<Ref<net::Socket>> open_socket(int type, int protocol) { return sockets_.open(type, protocol); }

    // Waits until the peers have everything that was sent, and every connection is closed; at most that long.
    // All sockets must have been closed.
    void drain(Duration patience);

  private:
    net::Tcp tcp_{*this};
    net::InetFamily sockets_{*this, tcp_};
    ChannelDevice device_;
    PortClaims ports_;
};

}  // namespace ustack
