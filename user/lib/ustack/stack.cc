#include "ustack/stack.h"

namespace ustack {

Stack::Stack(int fd, channel_memory& memory, PortSource& ports) : device_(fd, memory), ports_(ports, tcp_) {
    event_loop().attach(&device_);
}

Stack::~Stack() { event_loop().attach(nullptr); }

Result<> Stack::start(net::Ipv4Prefix address, net::Ipv4Addr gateway) {
    TRY(add_interface(device_, address, gateway));
    device_.start();
    return {};
}

// Compact TIME-WAIT entries do not count: they only answer what has been answered.
void Stack::drain(Duration patience) {
    const Instant deadline = net::platform::now() + patience;
    while (tcp_.table().any() || device_.is_sending()) {
        if (net::platform::now() >= deadline) return;
        event_loop().wait(deadline);
    }
}

}  // namespace ustack
