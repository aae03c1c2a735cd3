#include "tools/server/udp_service.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>

namespace server {

UdpService::UdpService(const char* name, int port, bool quiet)
    : name_(name), quiet_(quiet), fd_(bound_socket(name, SOCK_DGRAM, port)) {
    int size = 4 << 20;
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void UdpService::watch(std::vector<pollfd>& all) { all.push_back({fd_.get(), POLLIN, 0}); }

// Takes all that waits, so that a burst costs one poll() and not one for each datagram.
void UdpService::serve(std::span<const pollfd> mine, i64) {
    if (!mine[0].revents) return;
    std::array<u8, 65536> buffer;
    Peer from;
    socklen_t length = sizeof from;
    ssize_t n;
    while (!ending() && (n = recvfrom(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                      reinterpret_cast<sockaddr*>(&from), &length)) >= 0) {
        const Bytes datagram(buffer.data(), static_cast<usize>(n));
        if (!quiet_) show(from, datagram);
        handle(from, datagram);
        length = sizeof from;
    }
}

void UdpService::send(const Peer& to, Bytes datagram) {
    // UDP promises no delivery, so a failure here needs no answer.
    (void)!sendto(fd_.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                  sizeof to);
}

void UdpService::show(const Peer& from, Bytes datagram) const {
    std::printf("%-5s from %s:%d, %zu bytes: %s\n", name_, inet_ntoa(from.sin_addr), ntohs(from.sin_port),
                datagram.size(), printable(datagram).c_str());
}

}  // namespace server
