#include "tools/server/loop.h"

#include <chrono>
#include <csignal>

namespace server {
namespace {

volatile std::sig_atomic_t stop = 0;

// Also bounds the delay of a signal that comes just before poll().
constexpr int kTickMs = 1000;

}  // namespace

bool ending() { return stop != 0; }

void run(std::span<Service* const> services) {
    for (int s : {SIGINT, SIGTERM, SIGHUP}) std::signal(s, [](int) { stop = 1; });
    std::signal(SIGPIPE, SIG_IGN);  // a client that has gone is an error of send()
    while (!stop) {
        std::vector<pollfd> all;
        std::vector<usize> ends;
        for (Service* service : services) {
            service->watch(all);
            ends.push_back(all.size());
        }
        if (poll(all.data(), static_cast<nfds_t>(all.size()), kTickMs) < 0) continue;
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        const i64 seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
        usize begin = 0;
        for (usize i = 0; i < services.size(); begin = ends[i++])
            services[i]->serve(std::span(all).subspan(begin, ends[i] - begin), seconds);
    }
}

}  // namespace server
