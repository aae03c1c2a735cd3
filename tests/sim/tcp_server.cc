#include "tcp_server.h"

namespace sim {

TcpServer::TcpServer(Host& host, Network& network, Report& report, Accepted accepted)
    : Program(host, network, report), accepted_(std::move(accepted)) {
    listener_ = open_tcp(host_.stack()).value();
    if (!listener_->bind({net::Ipv4Addr(), kStreamPort}).ok() || !listener_->listen(16).ok())
        report_.fail("host %u cannot listen", host_.number());
}

void TcpServer::run(Instant) {
    while (listener_ && listener_->poll(nullptr) & POLLIN) {
        auto socket = listener_->accept(false);
        if (!socket.ok()) return report_.fail("poll says acceptable, but it is not");
        accepted_(std::move(socket).value());
    }
}

void TcpServer::die() {
    if (listener_) listener_->close();
    listener_ = {};
}

}  // namespace sim
