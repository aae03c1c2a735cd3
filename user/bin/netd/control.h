// netd's way to the kernel: the network control descriptor, which init passes on (abi/netctl.h).
#pragma once

#include "service.h"

namespace netd {

class Control final : public Kernel {
  public:
    explicit Control(int fd) : fd_(fd) {}

    // Is it really the control descriptor?
    bool is_valid();

    int create(netctl_create& c) override;
    int claim(netctl_flow& f) override;
    int release(netctl_flow& f) override;
    int filter(netctl_filter& f) override;
    int describe(int interface, netd_ip_info& info) override;
    void close(int fd) override;

  private:
    int request(unsigned long what, void* argument);

    const int fd_;
};

}  // namespace netd
