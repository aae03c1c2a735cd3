// netd's DHCP client: the engine of dhcp/client.h over a packet channel of netd's own, for interface 0.
#pragma once

#include <optional>

#include "channel.h"
#include "dhcp/client.h"
#include "service.h"

namespace netd {

// Works while it lives: one thread, driven by netd's loop.
class Lease final : private dhcp::DhcpHost {
  public:
    explicit Lease(Kernel& kernel) : kernel_(kernel) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    // Opens the channel and looks for a server. False: errno says why.
    bool start();

    // What netd's loop waits for: the channel (-1: not started), and how long at most, in ms.
    int fd() const { return channel_.fd; }
    int timeout() const;
    // Handles received frames and what is due. `events`: what poll() has found at fd().
    void run(int events);

    // Gives the lease back, before the machine is switched off.
    void release();

  private:
    void send(Bytes frame) override;
    void configure(const dhcp::DhcpLease& lease) override;
    void deconfigure() override;

    bool open_channel();
    void close_channel();
    bool set_address(net::Ipv4Prefix address);
    void set_gateway(net::Ipv4Addr router);

    Kernel& kernel_;
    netd_ip_info interface_{};
    channel channel_{-1, nullptr, nullptr, {}, {}};
    unsigned next_buffer_ = 0;  // for sending
    std::optional<dhcp::DhcpClient> client_;
};

}  // namespace netd
