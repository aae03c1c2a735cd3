#include "tcp_end.h"

#include "abi/socket.h"
#include "shortage.h"

using net::Socket;

namespace sim {

TcpEnd::TcpEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side, Ref<Socket> accepted,
               bool calm)
    : StreamEnd(host, network, report, c, side, calm) {
    if (accepted) take(std::move(accepted), net::platform::now());
}

Ref<Socket> TcpEnd::open() {
    return with_patience([this] { return open_tcp(host_.stack()); }).value();
}

net::SocketAddr TcpEnd::server() const { return {addr_of(conversation_.server_host), kStreamPort}; }

void TcpEnd::bind() {
    if (me_.port) set_option(SOL_SOCKET, SO_REUSEADDR, 1);
    const auto to = [this](u16 port) {
        return with_patience([&] { return host_.bind(*socket_, net::IpProtocol::Tcp, port); });
    };
    if (!to(me_.port).ok()) (void)to(0);  // if it is in use: any port
}

void TcpEnd::set_options() {
    if (me_.no_delay) set_option(IPPROTO_TCP, TCP_NODELAY, 1);
    if (me_.cork) set_option(IPPROTO_TCP, TCP_CORK, 1);
    if (me_.keepalive) {
        set_option(IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(me_.keepalive->idle.ms() / 1000));
        set_option(IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(me_.keepalive->interval.ms() / 1000));
        set_option(IPPROTO_TCP, TCP_KEEPCNT, me_.keepalive->probes);
        set_option(SOL_SOCKET, SO_KEEPALIVE, 1);
    }
    if (me_.user_timeout.ns)
        set_option(IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(me_.user_timeout.ms()));
}

void TcpEnd::set_buffers(int bytes) {
    set_option(SOL_SOCKET, SO_SNDBUF, bytes);
    set_option(SOL_SOCKET, SO_RCVBUF, bytes);
}

void TcpEnd::prepare_abort() { set_option(SOL_SOCKET, SO_LINGER, linger{1, 0}); }

Ref<Socket> listening_tcp(net::Stack& stack) {
    Ref<Socket> socket = with_patience([&] { return open_tcp(stack); }).value();
    const auto bound = with_patience([&] { return socket->bind({net::Ipv4Addr(), kStreamPort}); });
    const auto listens = with_patience([&] { return socket->listen(16); });
    return bound.ok() && listens.ok() ? socket : Ref<Socket>();
}

}  // namespace sim
