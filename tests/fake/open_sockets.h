// Sockets of a stack, as programs open them, and what its tables hold of them.
#pragma once

#include <gtest/gtest.h>

#include "abi/socket.h"
#include "net/stack.h"

// The value of a call that must succeed.
template <class T>
T value_of(Result<T> r) {
    EXPECT_EQ(r.error(), Errno::None);
    return std::move(r).value();
}

inline Result<Ref<net::Socket>> open_tcp(net::Stack& s) { return s.open_socket(AF_INET, SOCK_STREAM, 0); }
inline Result<Ref<net::Socket>> open_udp(net::Stack& s) { return s.open_socket(AF_INET, SOCK_DGRAM, 0); }
inline Result<Ref<net::Socket>> open_icmp(net::Stack& s) {
    return s.open_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
}

// A socket that is closed when it goes out of scope, like a file descriptor at exit.
class OpenSocket {
  public:
    explicit OpenSocket(Ref<net::Socket> s) : socket_(std::move(s)) {}
    OpenSocket(OpenSocket&&) = default;
    ~OpenSocket() {
        if (socket_) socket_->close();
    }
    net::Socket* operator->() const { return socket_.get(); }
    net::Socket& operator*() const { return *socket_; }

  private:
    Ref<net::Socket> socket_;
};

// A UDP or ping socket as the protocols see it.
inline net::Endpoint& endpoint_of(const net::Socket& s) {
    return *const_cast<net::Endpoint*>(static_cast<const net::Endpoint*>(s.in_tables()));
}
