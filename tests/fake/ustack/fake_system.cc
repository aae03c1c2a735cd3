// ustack/system.h on the fake kernel.
#include <gtest/gtest.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fake_kernel.h"
#include "lib/panic.h"
#include "ustack/system.h"

using fake::kernel;

[[noreturn]] void panic(const char* format, ...) {
    std::va_list args;
    va_start(args, format);
    std::fputs("panic: ", stderr);
    std::vfprintf(stderr, format, args);
    std::fputc('\n', stderr);
    va_end(args);
    std::abort();
}

namespace ustack::system {

Instant now() { return kernel().now; }

static short ready(const pollfd& p) {
    fake::Kernel& k = kernel();
    const auto it = k.events.find(p.fd);
    if (it != k.events.end()) return static_cast<short>(it->second & (p.events | POLLERR | POLLHUP));
    if (!k.has_channel(p.fd)) return POLLNVAL;
    const fake::Channel& c = k.channel(p.fd);
    const auto waiting = [](const channel_ring& r) {
        return CHANNEL_LOAD(r.completed) != CHANNEL_LOAD(r.reaped);
    };
    int found = waiting(c.memory->receive) ? POLLIN : 0;
    if (waiting(c.memory->transmit)) found |= POLLOUT;
    return static_cast<short>(found & p.events);
}

int poll(pollfd* fds, usize n, Instant deadline) {
    fake::Kernel& k = kernel();
    k.polls++;
    k.work_all();
    for (bool woken = false;; woken = true) {
        int found = 0;
        for (usize i = 0; i < n; i++) found += (fds[i].revents = ready(fds[i])) != 0;
        if (found > 0 || woken || deadline <= k.now) return found;
        if (deadline == Instant::never() && !k.on_idle) {
            std::fputs("the program would sleep forever\n", stderr);
            std::abort();
        }
        if (k.on_idle) k.on_idle();
        if (deadline != Instant::never() && deadline > k.now) k.now = deadline;
    }
}

void signal(int fd) {
    kernel().channel(fd).signals++;
    kernel().work_all();
}

void* more_pages(usize n) {
    void* pages = std::aligned_alloc(4096, n * 4096);
    return pages ? std::memset(pages, 0, n * 4096) : nullptr;
}

int duplicate(int) {
    int fd = 0;
    while (kernel().descriptors.count(fd)) fd++;
    kernel().descriptors.insert(fd);
    return fd;
}

int duplicate_to(int, int wanted) {
    kernel().descriptors.insert(wanted);
    return wanted;
}

void close(int fd) { EXPECT_EQ(kernel().descriptors.erase(fd), 1u) << "descriptor " << fd; }

void close_on_exec(int fd) { EXPECT_TRUE(kernel().descriptors.count(fd)); }

void print(const char* text, usize length) { kernel().printed.append(text, length); }

}  // namespace ustack::system
