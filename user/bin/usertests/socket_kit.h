// Shared by the tests of the socket calls. They make raw system calls, so that errors come from the kernel
// and every argument can be wrong.
#pragma once

#include <type_traits>

#include "abi/netlist.h"
#include "abi/poll.h"
#include "abi/socket.h"
#include "kit.h"

namespace usertests {

template <class T>
long word(T value) {
    if constexpr (std::is_pointer_v<T>)
        return reinterpret_cast<long>(value);
    else
        return static_cast<long>(value);
}
// A system call with arguments of any type.
template <class... Arguments>
long sys(CallNumber number, Arguments... arguments) {
    return call(number, word(arguments)...);
}

constexpr unsigned kLoopback = 0x7f00'0001, kNobody = 0x0a00'024d;  // 10.0.2.77: no answer to ARP

// An address, from numbers in host byte order.
sockaddr_in address_of(unsigned ip, unsigned port);

int tcp_socket();
int udp_socket();
long bind_to(int fd, unsigned ip, unsigned port);
long connect_to(int fd, unsigned ip, unsigned port);
int port_of(int fd);  // the local port
long set_int(int fd, int level, int name, int value);
long set_nonblocking(int fd);
// The POLL* events that occur within that many milliseconds.
int ready_for(int fd, short events, int ms = 0);

// A listener at 127.0.0.1 and both ends of a connection to it. The connection is reset at the end, to avoid
// TIME-WAIT.
struct Stream {
    Fd listening{tcp_socket()};
    Fd client{tcp_socket()};
    Fd server{-1};
    Stream();
    bool ok() const { return server.ok(); }  // false after fail()
};

}  // namespace usertests
