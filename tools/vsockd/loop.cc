#include "tools/vsockd/loop.h"

#include <array>
#include <cerrno>
#include <chrono>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

Instant steady_clock() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return {static_cast<u64>(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count())};
}

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), clock_(steady_clock), now_(steady_clock()) {
    if (!epoll_) fail("epoll_create1" + why(errno));
}

bool Loop::add(int fd, u32 events, Handler& handler) {
    if (entries_.size() <= static_cast<usize>(fd)) entries_.resize(static_cast<usize>(fd) + 1);
    Entry& entry = entries_[static_cast<usize>(fd)];
    entry.generation++;
    if (!control(EPOLL_CTL_ADD, fd, events)) return false;
    entry.handler = &handler;
    return true;
}

void Loop::change(int fd, u32 events) {
    if (!control(EPOLL_CTL_MOD, fd, events)) fail("epoll_ctl" + why(errno));
}

bool Loop::control(int operation, int fd, u32 events) {
    epoll_event event{};
    event.events = events | EPOLLET;
    event.data.u64 =
        static_cast<u64>(entries_[static_cast<usize>(fd)].generation) << 32 | static_cast<u32>(fd);
    return epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

void Loop::remove(int fd) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    entries_[static_cast<usize>(fd)].handler = nullptr;
}

bool Loop::wait(int milliseconds) {
    std::array<epoll_event, 256> events;
    const int n = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
    if (n < 0 && errno != EINTR) fail("epoll_wait" + why(errno));
    now_ = clock_();
    for (int i = 0; i < n; i++) {
        const u64 id = events[static_cast<usize>(i)].data.u64;
        const Entry entry = entries_[static_cast<u32>(id)];
        if (entry.handler && entry.generation == id >> 32)
            entry.handler->ready(events[static_cast<usize>(i)].events, now_);
    }
    return n > 0;
}

}  // namespace vsockd
