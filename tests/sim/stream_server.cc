#include "stream_server.h"

#include "shortage.h"

namespace sim {

StreamServer::StreamServer(Host& host, Network& network, Report& report, Ref<net::Socket> listener,
                           Accepted accepted)
    : Program(host, network, report),
      accepted_(std::move(accepted)),
      listener_(std::move(listener)),
      in_application_(listener_ && listener_->family() == AF_INET) {
    if (!listener_) report_.fail("host %u cannot listen", host_.number());
}

void StreamServer::run(Instant) {
    while (listener_ && listener_->poll(nullptr) & POLLIN) {
        auto socket = listener_->accept(false);
        if (lacks_memory(socket.error())) return;
        if (!socket.ok()) return report_.fail("poll says acceptable, but it is not");
        accepted_(std::move(socket).value());
    }
}

void StreamServer::die() {
    if (listener_) listener_->close();
    listener_ = {};
}

}  // namespace sim
