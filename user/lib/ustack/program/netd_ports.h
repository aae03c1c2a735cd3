// netd's part in a program's stack: the channel, the host's address, and the ports.
#pragma once

#include "abi/channel.h"
#include "ustack/ports.h"

namespace ustack {

// What a stack needs to start.
struct Netd {
    int channel = -1;
    channel_memory* memory = nullptr;
    net::Ipv4Prefix address{};
    net::Ipv4Addr gateway{};
};
// Errors: NetDown (netd does not run, or there is no interface), those of netd, and of mmap().
Result<Netd> connect_to_netd();

class NetdPorts final : public PortSource {
  public:
    explicit NetdPorts(const Netd& netd) : netd_(netd) {}
    Result<u16> claim(net::IpProtocol protocol, u16 port) override;
    void release(net::IpProtocol protocol, u16 port) override;

  private:
    const Netd netd_;
};

}  // namespace ustack
