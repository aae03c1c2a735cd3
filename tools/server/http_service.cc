#include "tools/server/http_service.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/server/common.h"

namespace server {
namespace {

// When so many are connected, a new one replaces an idle one. If there is none, it
// waits in the listener's queue.
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
    const bool room = clients_.size() < kMaxClients || first_idle() != clients_.end();
    all.push_back({listener_.get(), static_cast<short>(room ? POLLIN : 0), 0});
    for (const auto& client : clients_) all.push_back({client->fd(), client->events(), 0});
}

void HttpService::serve(std::span<const pollfd> mine, i64 now) {
    for (usize i = 0; i + 1 < mine.size(); i++) {
        if (mine[i + 1].revents) clients_[i]->ready(now);
    }
    std::erase_if(clients_, [now](const auto& client) { return client->ended(now); });
    if (mine[0].revents) accept_some(now);
}

HttpService::Clients::iterator HttpService::first_idle() {
    return std::ranges::find_if(clients_, [](const auto& client) { return client->idle(); });
}

void HttpService::accept_some(i64 now) {
    for (usize n = 0; n < kMaxClients; n++) {
        if (clients_.size() >= kMaxClients && first_idle() == clients_.end()) return;
        Fd client(accept(listener_.get(), nullptr, nullptr));
        if (!client) return;
        if (clients_.size() >= kMaxClients) clients_.erase(first_idle());
        clients_.push_back(std::make_unique<HttpConnection>(std::move(client), root_.get(), quiet_, now));
    }
}

}  // namespace server
