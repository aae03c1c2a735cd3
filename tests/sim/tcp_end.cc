#include "tcp_end.h"

#include "abi/socket.h"
#include "world.h"

using net::Socket;

namespace sim {

TcpEnd::TcpEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side, Ref<Socket> accepted,
               bool calm)
    : StreamEnd(host, network, report, c, side, calm) {
    if (accepted) take(std::move(accepted), net::platform::now());
}

Ref<Socket> TcpEnd::open() { return open_tcp(host_.stack()).value(); }

net::SocketAddr TcpEnd::server() const { return {addr_of(conversation_.server_host), kStreamPort}; }

void TcpEnd::bind() {
    if (me_.port) set_option(SOL_SOCKET, SO_REUSEADDR, 1);
    if (host_.bind(*socket_, net::IpProtocol::Tcp, me_.port).ok()) return;
    (void)host_.bind(*socket_, net::IpProtocol::Tcp, 0);  // if it is in use: any port
}

void TcpEnd::set_options() {
    if (me_.no_delay) set_option(IPPROTO_TCP, TCP_NODELAY, 1);
    if (me_.cork) set_option(IPPROTO_TCP, TCP_CORK, 1);
}

void TcpEnd::set_buffers(int bytes) {
    set_option(SOL_SOCKET, SO_SNDBUF, bytes);
    set_option(SOL_SOCKET, SO_RCVBUF, bytes);
}

void TcpEnd::prepare_abort() { set_option(SOL_SOCKET, SO_LINGER, linger{1, 0}); }

Ref<Socket> listening_tcp(net::Stack& stack) {
    Ref<Socket> socket = open_tcp(stack).value();
    if (!socket->bind({net::Ipv4Addr(), kStreamPort}).ok() || !socket->listen(16).ok()) return {};
    return socket;
}

}  // namespace sim
