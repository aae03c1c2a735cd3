#include "ustack/system/netd.h"

#include <channel.h>
#include <errno.h>
#include <fcntl.h>
#include <netd.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ustack::system {
namespace {

static_assert(NETD_TCP == 6 && NETD_UDP == 17, "the protocol numbers of IP");

int errno_of(int netd_error) {
    switch (netd_error) {
        case NETD_OK: return 0;
        case NETD_NO_PORTS:
        case NETD_IN_USE:
        case NETD_NOT_YOURS: return -EADDRINUSE;
        case NETD_REFUSED: return -EACCES;
        case NETD_NO_MEMORY: return -ENOMEM;
        case NETD_BUSY: return -ENOBUFS;
        case NETD_INVALID: return -EINVAL;
        default: return -ENETDOWN;  // no netd, no interface
    }
}

}  // namespace

int open_channel(unsigned buffers, Channel& channel) {
    constexpr unsigned kSlots = 256;
    const netd_size size{0, kSlots, buffers};
    netd_ip_info info;
    int error = errno_of(netd_get_ip_info(size.interface, &info));
    if (error < 0) return error;
    channel = {-1, nullptr, info.address, info.gateway, info.prefix_length};
    error = errno_of(netd_open_channel(&channel.fd, &size));
    if (error < 0) return error;
    fcntl(channel.fd, F_SETFD, FD_CLOEXEC);
    ::channel mapped;
    if (channel_map(&mapped, channel.fd) < 0) {
        error = -errno;
        ::close(channel.fd);
        return error;
    }
    channel.memory = mapped.memory;
    const int on = 1;
    (void)ioctl(channel.fd, CHANNEL_MERGE_ACKS, &on);  // without it there are only more frames
    return 0;
}

int claim_port(int channel, int protocol, unsigned short& port) {
    const int error = port ? netd_bind_port(protocol, port, &channel, nullptr)
                           : netd_get_port(protocol, &port, &channel, nullptr);
    return errno_of(error);
}

void release_port(int channel, int protocol, unsigned short port) {
    (void)netd_close_port(protocol, port, channel);
}

}  // namespace ustack::system
