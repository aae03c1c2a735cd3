#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "nx6.h"

namespace netd {

int Control::request(unsigned long what, void* argument) {
    return ioctl(fd_, what, argument) < 0 ? -errno : 0;
}

// A channel without slots is refused; a descriptor of another kind does not know the request.
bool Control::is_valid() {
    netctl_create c{};
    const int error = request(NETCTL_CREATE, &c);
    return error == -EINVAL || error == -ENODEV;
}

int Control::create(netctl_create& c) {
    const int error = request(NETCTL_CREATE, &c);
    return error ? error : c.fd;
}

int Control::claim(netctl_flow& f) { return request(NETCTL_CLAIM, &f); }
int Control::release(netctl_flow& f) { return request(NETCTL_RELEASE, &f); }
int Control::filter(netctl_filter& f) { return request(NETCTL_FILTER, &f); }

int Control::describe(int interface, netd_ip_info& info) {
    struct ifinfo i;
    if (interface < 0) return -ENODEV;
    if (const int error = ifinfo(interface, &i); error < 0) return error;
    info.address = i.addr;
    info.gateway = i.gateway;
    info.prefix_length = i.prefix_length;
    info.mtu = i.mtu;
    memcpy(info.mac, i.mac, sizeof info.mac);
    memcpy(info.name, i.name, sizeof info.name);
    return 0;
}

void Control::close(int fd) { ::close(fd); }

}  // namespace netd
