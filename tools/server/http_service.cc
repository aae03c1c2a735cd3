#include "tools/server/http_service.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/server/common.h"

namespace server {
namespace {

// While so many are connected, others wait in the listener's queue.
constexpr usize kMaxClients = 64;

}  // namespace

HttpService::HttpService(int port, const char* folder, bool quiet)
    : root_(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)), quiet_(quiet) {
    if (!root_)
        fail(std::string("the folder ") + folder + ": " + std::strerror(errno) +
             " (`make server WWW=FOLDER` serves another)");
    listener_ = bound_socket("http", SOCK_STREAM, port);
    if (listen(listener_.get(), SOMAXCONN) < 0) fail(std::string("http: ") + std::strerror(errno));
    std::printf("      serves the folder %s: in the guest, `wget -O - http://10.0.2.2:%d/` lists it\n",
                folder, port);
}

void HttpService::watch(std::vector<pollfd>& all) {
    const bool full = clients_.size() >= kMaxClients;
    all.push_back({listener_.get(), static_cast<short>(full ? 0 : POLLIN), 0});
    for (const auto& client : clients_) all.push_back({client->fd(), client->events(), 0});
}

void HttpService::serve(std::span<const pollfd> mine, i64 now) {
    for (usize i = 0; i + 1 < mine.size(); i++) {
        if (mine[i + 1].revents) clients_[i]->ready(now);
    }
    std::erase_if(clients_, [now](const auto& client) { return client->ended(now); });
    if (mine[0].revents) accept_all(now);
}

void HttpService::accept_all(i64 now) {
    while (clients_.size() < kMaxClients) {
        Fd client(accept(listener_.get(), nullptr, nullptr));
        if (!client) return;
        clients_.push_back(std::make_unique<HttpConnection>(std::move(client), root_.get(), quiet_, now));
    }
}

}  // namespace server
