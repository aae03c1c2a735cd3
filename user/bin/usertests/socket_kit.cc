#include "socket_kit.h"

namespace usertests {

static unsigned short swapped(unsigned n) {
    return static_cast<unsigned short>((n & 0xff) << 8 | (n >> 8 & 0xff));
}

sockaddr_in address_of(unsigned ip, unsigned port) {
    return {AF_INET, swapped(port), {static_cast<unsigned>(swapped(ip)) << 16 | swapped(ip >> 16)}, {}};
}

int tcp_socket() { return static_cast<int>(sys(kCall_socket, AF_INET, SOCK_STREAM, 0)); }
int udp_socket() { return static_cast<int>(sys(kCall_socket, AF_INET, SOCK_DGRAM, 0)); }

long bind_to(int fd, unsigned ip, unsigned port) {
    const sockaddr_in a = address_of(ip, port);
    return sys(kCall_bind, fd, &a, sizeof a);
}
long connect_to(int fd, unsigned ip, unsigned port) {
    const sockaddr_in a = address_of(ip, port);
    return sys(kCall_sockconnect, fd, &a, sizeof a);
}

int port_of(int fd) {
    sockaddr_in a{};
    int n = sizeof a;
    const long result = sys(kCall_getsockname, fd, &a, &n);
    return result < 0 ? static_cast<int>(result) : swapped(a.sin_port);
}

long set_int(int fd, int level, int name, int value) {
    return sys(kCall_setsockopt, fd, level, name, &value, sizeof value);
}

long set_nonblocking(int fd) { return sys(kCall_fcntl, fd, F_SETFL, O_NONBLOCK); }

int ready_for(int fd, short events, int ms) {
    pollfd p{fd, events, 0};
    const long n = sys(kCall_poll, &p, 1, ms);
    return n < 0 ? static_cast<int>(n) : p.revents;
}

Stream::Stream() {
    if (!listening.ok() || !client.ok()) {
        fail("socket: %s", strerror(listening.ok() ? client.get() : listening.get()));
        return;
    }
    const linger reset{1, 0};
    if (!expect("bind()", bind_to(listening.get(), kLoopback, 0), 0) ||
        !expect("listen()", sys(kCall_listen, listening.get(), 4), 0) ||
        !expect("connect()",
                connect_to(client.get(), kLoopback, static_cast<unsigned>(port_of(listening.get()))), 0) ||
        !expect("SO_LINGER", sys(kCall_setsockopt, client.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset),
                0))
        return;
    server.take(static_cast<int>(sys(kCall_accept, listening.get(), 0, 0, 0)));
    if (!server.ok()) expect("accept()", server.get(), 0);
}

}  // namespace usertests
