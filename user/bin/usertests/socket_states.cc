// Calls on sockets in the wrong state: not bound, not connected, listening, connected twice, shut down; and
// options.
#include "socket_kit.h"

namespace usertests {
namespace {

long peer_of(int fd) {
    sockaddr_in a;
    int n = sizeof a;
    return sys(kCall_getpeername, fd, &a, &n);
}
long receive(int fd, int flags = MSG_DONTWAIT) {
    char byte;
    return sys(kCall_recvfrom, fd, &byte, 1, flags, 0, 0);
}
long transmit(int fd, int flags = 0) { return sys(kCall_sendto, fd, "x", 1, flags, 0, 0); }

bool fresh_stream() {
    const Fd s(tcp_socket());
    const int fd = s.get();
    return expect("getpeername() of a fresh stream", peer_of(fd), -ENOTCONN) &&
           expect("send() to a fresh stream", transmit(fd), -ENOTCONN) &&
           expect("recv() of a fresh stream", receive(fd), -ENOTCONN) &&
           expect("shutdown() of a fresh stream", sys(kCall_shutdown, fd, SHUT_RDWR), -ENOTCONN) &&
           expect("accept() of a fresh stream", sys(kCall_accept, fd, 0, 0, 0), -EINVAL) &&
           expect("its port", port_of(fd), 0) &&
           expect("bind() to an address not ours", bind_to(fd, kNobody, 0), -EADDRNOTAVAIL) &&
           expect("bind()", bind_to(fd, kLoopback, 7020), 0) &&
           expect("bind() once more", bind_to(fd, kLoopback, 7021), -EINVAL) &&
           expect("connect() to a port where nobody listens", connect_to(fd, kLoopback, 7022), -ECONNREFUSED);
}

bool listener() {
    const Fd a(tcp_socket()), b(tcp_socket());
    const int fd = a.get();
    return expect("listen() without bind()", sys(kCall_listen, fd, 0), 0) &&
           (port_of(fd) > 0 || fail("listen() without bind() picked port %d", port_of(fd))) &&
           expect("listen() again", sys(kCall_listen, fd, -1), 0) &&
           expect("bind() while listening", bind_to(fd, kLoopback, 7023), -EINVAL) &&
           expect("connect() while listening", connect_to(fd, kLoopback, 7023), -EOPNOTSUPP) &&
           expect("send() to a listener", transmit(fd), -ENOTCONN) &&
           expect("recv() of a listener", receive(fd), -ENOTCONN) &&
           expect("getpeername() of a listener", peer_of(fd), -ENOTCONN) &&
           expect("bind() to a port with a listener",
                  bind_to(b.get(), kLoopback, static_cast<unsigned>(port_of(fd))), -EADDRINUSE) &&
           expect("O_NONBLOCK", set_nonblocking(fd), 0) &&
           expect("accept() without a connection", sys(kCall_accept, fd, 0, 0, 0), -EAGAIN) &&
           expect("poll() of a listener without a connection", ready_for(fd, POLLIN), 0);
}

bool connected() {
    const Stream s;
    if (!s.ok()) return false;
    const int fd = s.client.get();
    const auto port = static_cast<unsigned>(port_of(s.listening.get()));
    return expect("connect() while connected", connect_to(fd, kLoopback, port), -EISCONN) &&
           expect("listen() while connected", sys(kCall_listen, fd, 1), -EINVAL) &&
           expect("accept() while connected", sys(kCall_accept, fd, 0, 0, 0), -EINVAL) &&
           expect("bind() while connected", bind_to(fd, kLoopback, 7024), -EINVAL) &&
           expect("recv() with no data", receive(fd), -EAGAIN) &&
           expect("recv() of urgent data", receive(fd, MSG_OOB), -EINVAL) &&
           expect("poll() with no data", ready_for(fd, POLLIN | POLLOUT), POLLOUT);
}

// Each direction is closed separately; bytes sent before are read first.
bool shut_down() {
    const Stream s;
    if (!s.ok()) return false;
    const int mine = s.client.get(), theirs = s.server.get();
    return expect("send()", transmit(mine), 1) && expect("SHUT_WR", sys(kCall_shutdown, mine, SHUT_WR), 0) &&
           expect("send() after SHUT_WR", transmit(mine), -EPIPE) &&
           expect("poll() of the peer", ready_for(theirs, POLLIN, 2000), POLLIN) &&
           expect("the byte sent before", receive(theirs, 0), 1) &&
           expect("the end", receive(theirs, 0), 0) && expect("the end again", receive(theirs, 0), 0) &&
           expect("send() in the other direction", transmit(theirs), 1) &&
           expect("its byte", receive(mine, 0), 1) &&
           expect("SHUT_RD", sys(kCall_shutdown, mine, SHUT_RD), 0) &&
           expect("recv() after SHUT_RD", receive(mine, 0), 0) &&
           expect("SHUT_RDWR of the peer", sys(kCall_shutdown, theirs, SHUT_RDWR), 0) &&
           (ready_for(mine, POLLIN, 2000) & POLLHUP || fail("no POLLHUP when both directions are closed"));
}

// A reset is reported once.
bool reset() {
    Stream s;
    if (!s.ok()) return false;
    s.client.reset();  // SO_LINGER of 0: RST
    const int fd = s.server.get();
    const int events = ready_for(fd, POLLIN, 2000);
    return (events & POLLERR || fail("after a reset, poll() returned %#x", static_cast<unsigned>(events))) &&
           expect("recv() after a reset", receive(fd, 0), -ECONNRESET) &&
           expect("recv() once more", receive(fd, 0), 0) &&
           expect("send() after a reset", transmit(fd), -EPIPE);
}

bool connecting() {
    const Fd s(tcp_socket());
    const int fd = s.get();
    set_nonblocking(fd);
    return expect("connect() of a non-blocking socket", connect_to(fd, kNobody, 9), -EINPROGRESS) &&
           expect("connect() once more", connect_to(fd, kNobody, 9), -EALREADY) &&
           expect("send() while connecting", transmit(fd), -EAGAIN) &&
           expect("recv() while connecting", receive(fd), -EAGAIN) &&
           expect("getpeername() while connecting", peer_of(fd), -ENOTCONN) &&
           expect("listen() while connecting", sys(kCall_listen, fd, 1), -EINVAL) &&
           expect("poll() while connecting", ready_for(fd, POLLIN | POLLOUT), 0);
}

}  // namespace

bool test_stream_states() {
    return fresh_stream() && listener() && connected() && shut_down() && reset() && connecting();
}

bool test_datagram_states() {
    const Fd s(udp_socket()), other(udp_socket());
    const int fd = s.get();
    static char large[65508];
    const sockaddr_in all = address_of(0xffff'ffff, 7030), nobodys_port = address_of(kLoopback, 0);
    return expect("listen() of UDP", sys(kCall_listen, fd, 1), -EOPNOTSUPP) &&
           expect("accept() of UDP", sys(kCall_accept, fd, 0, 0, 0), -EOPNOTSUPP) &&
           expect("send() without a destination", transmit(fd), -EDESTADDRREQ) &&
           expect("getpeername() without a peer", peer_of(fd), -ENOTCONN) &&
           expect("shutdown() without a peer", sys(kCall_shutdown, fd, SHUT_WR), -ENOTCONN) &&
           expect("recv() with no data", receive(fd), -EAGAIN) &&
           expect("a broadcast without SO_BROADCAST", sys(kCall_sendto, fd, "x", 1, 0, &all, 16), -EACCES) &&
           expect("sendto() port 0", sys(kCall_sendto, fd, "x", 1, 0, &nobodys_port, 16), -EINVAL) &&
           expect("connect()", connect_to(fd, kLoopback, 7031), 0) &&
           expect("a datagram too large", sys(kCall_sendto, fd, large, 65508, 0, 0, 0), -EMSGSIZE) &&
           expect("urgent data", transmit(fd, MSG_OOB), -EOPNOTSUPP) &&
           expect("send() to a closed port", transmit(fd), 1) &&
           expect("recv() reports it", receive(fd, 0), -ECONNREFUSED) &&
           expect("once", receive(fd), -EAGAIN) && expect("SHUT_WR", sys(kCall_shutdown, fd, SHUT_WR), 0) &&
           expect("send() after SHUT_WR", transmit(fd), -EPIPE) &&
           expect("SHUT_RD", sys(kCall_shutdown, fd, SHUT_RD), 0) &&
           expect("recv() after SHUT_RD", receive(fd, 0), 0) &&
           expect("bind()", bind_to(other.get(), kLoopback, 7032), 0) &&
           expect("bind() once more", bind_to(other.get(), kLoopback, 7033), -EINVAL) &&
           expect("bind() to a port in use", bind_to(Fd(udp_socket()).get(), kLoopback, 7032), -EADDRINUSE);
}

// ---- options ----

namespace {

struct Option {
    const char* name;
    int level, number, value;
    long error;
};

bool wrong_options(int tcp, int udp) {
    const Option kOptions[] = {
        {"no such level", 99, 1, 1, ENOPROTOOPT},
        {"level -1", -1, 1, 1, ENOPROTOOPT},
        {"no such option", SOL_SOCKET, 999, 1, ENOPROTOOPT},
        {"no such option of TCP", IPPROTO_TCP, 999, 1, ENOPROTOOPT},
        {"SO_TYPE", SOL_SOCKET, SO_TYPE, 1, ENOPROTOOPT},
        {"SO_ERROR", SOL_SOCKET, SO_ERROR, 1, ENOPROTOOPT},
        {"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, 1, ENOPROTOOPT},
        {"TCP_INFO", IPPROTO_TCP, TCP_INFO, 1, ENOPROTOOPT},
        {"TCP_MAXSEG of 1", IPPROTO_TCP, TCP_MAXSEG, 1, EINVAL},
        {"TCP_MAXSEG of 40000", IPPROTO_TCP, TCP_MAXSEG, 40000, EINVAL},
        {"TCP_KEEPIDLE of 0", IPPROTO_TCP, TCP_KEEPIDLE, 0, EINVAL},
        {"TCP_KEEPINTVL of -1", IPPROTO_TCP, TCP_KEEPINTVL, -1, EINVAL},
        {"TCP_KEEPCNT of 128", IPPROTO_TCP, TCP_KEEPCNT, 128, EINVAL},
        {"TCP_USER_TIMEOUT of -1", IPPROTO_TCP, TCP_USER_TIMEOUT, -1, EINVAL},
    };
    for (const Option& o : kOptions) {
        if (!expect(o.name, set_int(tcp, o.level, o.number, o.value), -o.error)) return false;
    }
    char congestion[] = "nonsense";
    return expect("TCP_NODELAY of UDP", set_int(udp, IPPROTO_TCP, TCP_NODELAY, 1), -ENOPROTOOPT) &&
           expect("IP_TTL of 0", set_int(udp, IPPROTO_IP, IP_TTL, 0), -EINVAL) &&
           expect("IP_TTL of 256", set_int(udp, IPPROTO_IP, IP_TTL, 256), -EINVAL) &&
           expect("IP_MTU_DISCOVER of 9", set_int(udp, IPPROTO_IP, IP_MTU_DISCOVER, 9), -EINVAL) &&
           expect("an unknown congestion control",
                  sys(kCall_setsockopt, tcp, IPPROTO_TCP, TCP_CONGESTION, congestion, 8), -ENOENT);
}

// Each option with a value that is too short, or a negative length.
bool short_values(int fd) {
    int value[32] = {};
    const struct {
        int name, size;
    } kSizes[] = {{SO_REUSEADDR, 4}, {SO_BROADCAST, 4}, {SO_SNDBUF, 4},    {SO_RCVBUF, 4},
                  {SO_KEEPALIVE, 4}, {SO_LINGER, 8},    {SO_RCVTIMEO, 16}, {SO_SNDTIMEO, 16}};
    for (const auto& o : kSizes) {
        for (const int n : {-1, 0, 1, o.size - 1}) {
            char what[48];
            snprintf(what, sizeof what, "option %d with %d bytes", o.name, n);
            if (!expect(what, sys(kCall_setsockopt, fd, SOL_SOCKET, o.name, value, n), -EINVAL)) return false;
        }
        if (!expect("an option", sys(kCall_setsockopt, fd, SOL_SOCKET, o.name, value, sizeof value), 0))
            return false;
    }
    int n = -1;
    if (!expect("getsockopt() into -1 bytes", sys(kCall_getsockopt, fd, SOL_SOCKET, SO_TYPE, value, &n),
                -EINVAL))
        return false;
    value[0] = 0x7777'7777, n = 2;
    return expect("getsockopt() into 2 bytes", sys(kCall_getsockopt, fd, SOL_SOCKET, SO_TYPE, value, &n),
                  0) &&
           expect("its length", n, 2) && expect("the bytes after them", value[0] >> 16, 0x7777);
}

bool times_and_sizes(int fd) {
    for (const sock_timeval t : {sock_timeval{0, -1}, sock_timeval{0, 1'000'000}}) {
        if (!expect("an invalid time", sys(kCall_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t),
                    -EDOM))
            return false;
    }
    sock_timeval far{0x7fff'ffff'ffff'ffff, 999'999};  // for ever
    int n = sizeof(int), size = 0;
    return expect("the longest time", sys(kCall_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &far, sizeof far),
                  0) &&
           expect("SO_RCVBUF of 2 GiB", set_int(fd, SOL_SOCKET, SO_RCVBUF, 2147483647), 0) &&
           expect("SO_RCVBUF", sys(kCall_getsockopt, fd, SOL_SOCKET, SO_RCVBUF, &size, &n), 0) &&
           (size <= 1 << 22 || fail("SO_RCVBUF was set to %d", size)) &&
           expect("SO_RCVBUF of 0", set_int(fd, SOL_SOCKET, SO_RCVBUF, 0), 0);
}

}  // namespace

bool test_socket_options() {
    const Fd tcp(tcp_socket()), udp(udp_socket()), wide(tcp_socket());
    return wrong_options(tcp.get(), udp.get()) && short_values(udp.get()) && short_values(tcp.get()) &&
           times_and_sizes(wide.get()) && times_and_sizes(udp.get());
}

}  // namespace usertests
