// Every socket call with every kind of wrong argument: pointers, descriptors, lengths and other numbers.
#include "socket_kit.h"

namespace usertests {
namespace {

// Arguments that the kernel reads.
bool sources_at(const BadAddress& bad, const Stream& s, int udp) {
    const long at = static_cast<long>(bad.at);
    const sockaddr_in here = address_of(kLoopback, 7009);
    return expect_fault("bind()", bad, sys(kCall_bind, udp, at, 16)) &&
           expect_fault("connect() of UDP", bad, sys(kCall_sockconnect, udp, at, 16)) &&
           expect_fault("connect() of TCP", bad, sys(kCall_sockconnect, s.client.get(), at, 16)) &&
           expect_fault("send() to TCP", bad, sys(kCall_sendto, s.client.get(), at, 5000, 0, 0, 0)) &&
           expect_fault("write() to TCP", bad, sys(kCall_write, s.client.get(), at, 5000)) &&
           expect_fault("sendto() of UDP", bad, sys(kCall_sendto, udp, at, 100, 0, &here, 16)) &&
           expect_fault("sendto() of 60000 bytes", bad, sys(kCall_sendto, udp, at, 60000, 0, &here, 16)) &&
           expect_fault("setsockopt()", bad, sys(kCall_setsockopt, udp, SOL_SOCKET, SO_REUSEADDR, at, 4)) &&
           expect_fault("setsockopt() of TCP", bad,
                        sys(kCall_setsockopt, s.client.get(), IPPROTO_TCP, TCP_NODELAY, at, 4)) &&
           expect_fault("setroute()", bad, sys(kCall_setroute, ROUTE_ADD, at)) &&
           expect_fault("poll()", bad, sys(kCall_poll, at, 1, 0)) &&
           // Null is valid: the connected peer.
           (bad.at == 0 ||
            expect_fault("sendto()'s address", bad, sys(kCall_sendto, udp, &here, 5, 0, at, 16)));
}

// Pointers to an address and to its length. In some calls a null pointer is valid.
bool addresses_at(const BadAddress& bad, const Stream& s) {
    const long at = static_cast<long>(bad.at);
    const int fd = s.client.get();
    sockaddr_in a;
    int n = sizeof a;
    return expect_fault("getsockname()", bad, sys(kCall_getsockname, fd, at, &n)) &&
           expect_fault("getsockname()'s length", bad, sys(kCall_getsockname, fd, &a, at)) &&
           expect_fault("getpeername()", bad, sys(kCall_getpeername, fd, at, &n)) &&
           expect_fault("getpeername()'s length", bad, sys(kCall_getpeername, fd, &a, at)) &&
           expect_fault("getsockopt()", bad, sys(kCall_getsockopt, fd, SOL_SOCKET, SO_TYPE, at, &n)) &&
           expect_fault("getsockopt()'s length", bad, sys(kCall_getsockopt, fd, SOL_SOCKET, SO_TYPE, &n, at));
}

// A receive that fails must not take anything from the socket.
bool targets_at(const BadAddress& bad, const Stream& s, int udp) {
    const long at = static_cast<long>(bad.at);
    const int port = port_of(udp);
    const sockaddr_in here = address_of(kLoopback, static_cast<unsigned>(port));
    char byte = 0;
    sys(kCall_sendto, udp, "u", 1, 0, &here, 16);
    sys(kCall_write, s.server.get(), "t", 1);
    return expect_fault("recv() of TCP", bad, sys(kCall_recvfrom, s.client.get(), at, 10, 0, 0, 0)) &&
           expect_fault("read() of TCP", bad, sys(kCall_read, s.client.get(), at, 10)) &&
           expect_fault("MSG_PEEK of TCP", bad,
                        sys(kCall_recvfrom, s.client.get(), at, 10, MSG_PEEK, 0, 0)) &&
           expect_fault("recvfrom() of UDP", bad, sys(kCall_recvfrom, udp, at, 10, 0, 0, 0)) &&
           expect_fault("MSG_PEEK of UDP", bad, sys(kCall_recvfrom, udp, at, 10, MSG_PEEK, 0, 0)) &&
           expect("the byte in UDP is still there", sys(kCall_recvfrom, udp, &byte, 1, MSG_DONTWAIT, 0, 0),
                  1) &&
           expect("the byte in TCP is still there",
                  sys(kCall_recvfrom, s.client.get(), &byte, 1, MSG_DONTWAIT, 0, 0), 1) &&
           addresses_at(bad, s) &&
           expect_fault("netlist()", bad, sys(kCall_netlist, NETLIST_ROUTE, 0, at, 1)) &&
           expect_fault("netlist() of sockets", bad, sys(kCall_netlist, NETLIST_SOCKET, 0, at, 300));
}

// When accept() fails, the accepted connection is closed: the peer must notice.
bool accept_at(const BadAddress& bad, bool length) {
    if (bad.at == 0 && !length) return true;  // valid
    const Fd listening(tcp_socket()), client(tcp_socket());
    sockaddr_in a;
    bind_to(listening.get(), kLoopback, 0);
    sys(kCall_listen, listening.get(), 1);
    const auto port = static_cast<unsigned>(port_of(listening.get()));
    if (!expect("connect()", connect_to(client.get(), kLoopback, port), 0)) return false;
    int n = sizeof a;
    const long result = length ? sys(kCall_accept, listening.get(), &a, bad.at, 0)
                               : sys(kCall_accept, listening.get(), bad.at, &n, 0);
    return expect_fault("accept()", bad, result) &&
           (ready_for(client.get(), POLLIN, 2000) & POLLIN ||
            fail("accept() failed, and the client's connection was not closed"));
}

}  // namespace

bool test_socket_pointers() {
    for (int i = 0; i < kBadAddresses; i++) {
        const Stream s;
        const Fd udp(udp_socket()), bound(udp_socket());
        if (!s.ok() || !expect("bind()", bind_to(bound.get(), kLoopback, 0), 0)) return false;
        const BadAddress& bad = bad_addresses()[i];
        if (!sources_at(bad, s, udp.get()) || !targets_at(bad, s, bound.get()) || !accept_at(bad, false) ||
            !accept_at(bad, true))
            return false;
    }
    return true;
}

// ---- descriptors ----

namespace {

// Every socket call with a descriptor that is not a socket.
bool all_calls(const char* which, int fd, long error) {
    sockaddr_in a = address_of(kLoopback, 7);
    int n = sizeof a;
    const struct {
        const char* name;
        long result;
    } kResults[] = {
        {"bind()", sys(kCall_bind, fd, &a, n)},
        {"listen()", sys(kCall_listen, fd, 1)},
        {"accept()", sys(kCall_accept, fd, 0, 0, 0)},
        {"connect()", sys(kCall_sockconnect, fd, &a, n)},
        {"sendto()", sys(kCall_sendto, fd, "x", 1, 0, &a, n)},
        {"recvfrom()", sys(kCall_recvfrom, fd, &a, n, 0, 0, 0)},
        {"shutdown()", sys(kCall_shutdown, fd, SHUT_RDWR)},
        {"getsockname()", sys(kCall_getsockname, fd, &a, &n)},
        {"getpeername()", sys(kCall_getpeername, fd, &a, &n)},
        {"setsockopt()", set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1)},
        {"getsockopt()", sys(kCall_getsockopt, fd, SOL_SOCKET, SO_TYPE, &n, &n)},
        {"settimeout()", sys(kCall_settimeout, fd, 5)},
    };
    for (const auto& r : kResults) {
        char what[64];
        snprintf(what, sizeof what, "%s of %s", r.name, which);
        if (!expect(what, r.result, error)) return false;
    }
    return true;
}

bool poll_of_no_descriptor(int closed) {
    pollfd fds[3] = {{closed, POLLIN, 77}, {-1, POLLIN, 77}, {NOFILE, POLLIN, 77}};
    return expect("poll() of descriptors that are not open", sys(kCall_poll, fds, 3, -1), 2) &&
           expect("its result for a closed descriptor", fds[0].revents, POLLNVAL) &&
           expect("its result for -1", fds[1].revents, 0) &&
           expect("its result for a descriptor too large", fds[2].revents, POLLNVAL);
}

}  // namespace

bool test_socket_descriptors() {
    const Pipe pipe;
    const Fd file(open("/README", O_RDONLY)), console(open("/console", O_RDWR)), spare(dup(1));
    if (!pipe.ok()) return false;
    const int closed = dup(1);
    close(closed);
    return all_calls("a closed descriptor", closed, -EBADF) && all_calls("-1", -1, -EBADF) &&
           all_calls("a descriptor too large", NOFILE, -EBADF) &&
           all_calls("a file", file.get(), -ENOTSOCK) && all_calls("a pipe", pipe.reader(), -ENOTSOCK) &&
           all_calls("the console", console.get(), -ENOTSOCK) && poll_of_no_descriptor(closed) &&
           expect("dup2() of a closed descriptor", sys(kCall_dup2, closed, spare.get()), -EBADF) &&
           expect("dup2() to -1", sys(kCall_dup2, 1, -1), -EBADF) &&
           expect("dup2() to one too large", sys(kCall_dup2, 1, NOFILE), -EBADF) &&
           expect("dup2() to itself", sys(kCall_dup2, spare.get(), spare.get()), spare.get()) &&
           expect("fcntl() of a closed descriptor", sys(kCall_fcntl, closed, F_GETFL, 0), -EBADF) &&
           expect("fcntl() with an unknown command", sys(kCall_fcntl, spare.get(), 99, 0), -EINVAL);
}

// ---- numbers ----

namespace {

bool families_and_types() {
    return expect("socket() of IPv6", sys(kCall_socket, 10, SOCK_STREAM, 0), -EAFNOSUPPORT) &&
           expect("socket() of family 0", sys(kCall_socket, AF_UNSPEC, SOCK_STREAM, 0), -EAFNOSUPPORT) &&
           expect("socket() of family -1", sys(kCall_socket, -1, SOCK_STREAM, 0), -EAFNOSUPPORT) &&
           expect("socket() of type 5", sys(kCall_socket, AF_INET, 5, 0), -ESOCKTNOSUPPORT) &&
           expect("socket() of type -1", sys(kCall_socket, AF_INET, -1, 0), -EINVAL) &&
           expect("socket() of type 15", sys(kCall_socket, AF_INET, 15, 0), -EINVAL) &&
           expect("socket() with an unknown flag", sys(kCall_socket, AF_INET, SOCK_STREAM | 0x10000, 0),
                  -EINVAL) &&
           expect("a stream socket of UDP", sys(kCall_socket, AF_INET, SOCK_STREAM, IPPROTO_UDP),
                  -EPROTONOSUPPORT) &&
           expect("a datagram socket of TCP", sys(kCall_socket, AF_INET, SOCK_DGRAM, IPPROTO_TCP),
                  -EPROTONOSUPPORT) &&
           expect("protocol 200", sys(kCall_socket, AF_INET, SOCK_DGRAM, 200), -EPROTONOSUPPORT) &&
           expect("protocol -1", sys(kCall_socket, AF_INET, SOCK_STREAM, -1), -EINVAL);
}

bool address_lengths(int fd) {
    sockaddr_in a = address_of(kLoopback, 7010);
    for (const int n : {-1, 0, 1, 2, 15, 129, 2147483647}) {
        char what[48];
        snprintf(what, sizeof what, "an address of %d bytes", n);
        if (!expect(what, sys(kCall_bind, fd, &a, n), -EINVAL) ||
            !expect(what, sys(kCall_sockconnect, fd, &a, n), -EINVAL) ||
            !expect(what, sys(kCall_sendto, fd, "x", 1, 0, &a, n), -EINVAL))
            return false;
    }
    a.sin_family = 10;
    int n = -1;
    return expect("bind() of another family", sys(kCall_bind, fd, &a, 16), -EAFNOSUPPORT) &&
           expect("connect() of another family", sys(kCall_sockconnect, fd, &a, 16), -EAFNOSUPPORT) &&
           expect("sendto() of another family", sys(kCall_sendto, fd, "x", 1, 0, &a, 16), -EAFNOSUPPORT) &&
           expect("getsockname() into -1 bytes", sys(kCall_getsockname, fd, &a, &n), -EINVAL);
}

// The address is cut off to the room given, and its full length is returned.
bool short_answers(int fd) {
    unsigned char a[20];
    memset(a, 0xee, sizeof a);
    int n = 4;
    return expect("getsockname() into 4 bytes", sys(kCall_getsockname, fd, a, &n), 0) &&
           expect("the address's length", n, 16) && expect("the byte after them", a[4], 0xee);
}

bool routes() {
    route_entry r{0xc000'0200, 0, 33, 0, "lo"};
    if (!expect("a route of 33 bits", sys(kCall_setroute, ROUTE_ADD, &r), -EINVAL)) return false;
    r.prefix_length = 24;
    if (!expect("setroute() with an unknown action", sys(kCall_setroute, 9, &r), -EINVAL) ||
        !expect("a route that does not exist", sys(kCall_setroute, ROUTE_DELETE, &r), -ENOENT))
        return false;
    memcpy(r.interface, "nonesuch", 8);
    if (!expect("an interface that does not exist", sys(kCall_setroute, ROUTE_ADD, &r), -ENODEV))
        return false;
    for (const int what : {0, 77, -1}) {
        if (!expect("netlist() with an unknown kind", sys(kCall_netlist, what, 0, &r, 1), -EINVAL))
            return false;
    }
    return expect("netlist() from entry -1", sys(kCall_netlist, NETLIST_ROUTE, -1, &r, 1), -EINVAL) &&
           expect("netlist() of -1 entries", sys(kCall_netlist, NETLIST_ROUTE, 0, &r, -1), -EINVAL) &&
           expect("netlist() of no entries", sys(kCall_netlist, NETLIST_SOCKET, 0, 0, 0), 0) &&
           expect("netlist() past the end", sys(kCall_netlist, NETLIST_SOCKET, 2147483647, &r, 1), 0);
}

}  // namespace

bool test_socket_numbers() {
    const Fd tcp(tcp_socket()), udp(udp_socket());
    pollfd p{udp.get(), POLLOUT, 0};
    return families_and_types() && address_lengths(udp.get()) && short_answers(udp.get()) && routes() &&
           expect("accept() with an unknown flag", sys(kCall_accept, tcp.get(), 0, 0, 1), -EINVAL) &&
           expect("shutdown() with how=3", sys(kCall_shutdown, tcp.get(), 3), -EINVAL) &&
           expect("shutdown(-1)", sys(kCall_shutdown, udp.get(), -1), -EINVAL) &&
           expect("poll() of -1 descriptors", sys(kCall_poll, &p, -1, 0), -EINVAL) &&
           expect("poll() of too many", sys(kCall_poll, &p, 2147483647, 0), -EINVAL) &&
           expect("poll() of none", sys(kCall_poll, 0, 0, 0), 0) &&
           expect("recv() of -1 bytes", sys(kCall_recvfrom, udp.get(), &p, -1, 0, 0, 0), -EINVAL) &&
           expect("send() of -1 bytes", sys(kCall_sendto, udp.get(), &p, -1, 0, 0, 0), -EINVAL) &&
           expect("nanosleep() of a negative time", sys(kCall_nanosleep, -5), 0) &&
           expect("settimeout(-1)", sys(kCall_settimeout, udp.get(), -1), -EINVAL);
}

}  // namespace usertests
