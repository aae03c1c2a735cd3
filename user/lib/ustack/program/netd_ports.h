// netd as the source of a stack's ports.
#pragma once

#include "ustack/ports.h"
#include "ustack/system/netd.h"

namespace ustack {

class NetdPorts final : public PortSource {
  public:
    explicit NetdPorts(int channel) : channel_(channel) {}

    Result<u16> claim(net::IpProtocol protocol, u16 port) override {
        const int error = system::claim_port(channel_, static_cast<int>(protocol), port);
        return error < 0 ? Result<u16>(Errno{-error}) : Result<u16>(port);
    }
    void release(net::IpProtocol protocol, u16 port) override {
        system::release_port(channel_, static_cast<int>(protocol), port);
    }

  private:
    const int channel_;
};

}  // namespace ustack
