// poll() of descriptors of both kinds: one call to the kernel waits for its descriptors and for the channel.
#include "ustack/sockets.h"
#include "ustack/system.h"

namespace ustack {

// Sets revents of our descriptors; returns how many are ready. The kernel's get 0.
int Sockets::look(pollfd* fds, usize n) {
    int ready = 0;
    for (pollfd* p = fds; p != fds + n; p++) {
        p->revents = 0;
        File* f = files_.find(p->fd);
        if (!f) continue;
        const u32 wanted = static_cast<u16>(p->events) | POLLERR | POLLHUP;
        p->revents = static_cast<short>(f->socket->poll(nullptr) & wanted);
        ready += p->revents != 0;
    }
    return ready;
}

// Polls the kernel's descriptors among fds, and sleeps until one is ready, the channel has something, or the
// deadline has come. Returns how many of fds are ready.
int Sockets::poll_kernel(pollfd* fds, usize n, Instant deadline) {
    usize asked = 0;
    for (usize i = 0; i < n; i++) {
        if (fds[i].fd >= 0 && !files_.find(fds[i].fd)) asked_[asked++] = fds[i];
    }
    if (asked == 0 && deadline == Instant{}) return 0;
    asked_[asked] = {stack_.device().fd(), POLLIN, 0};
    const int found = system::poll(asked_, asked + 1, deadline);
    if (found < 0) return found;
    ChannelDevice::check(asked_[asked].revents);
    int ready = 0;
    const pollfd* answer = asked_;
    for (usize i = 0; i < n; i++) {
        if (fds[i].fd < 0 || files_.find(fds[i].fd)) continue;
        fds[i].revents = (answer++)->revents;
        ready += fds[i].revents != 0;
    }
    return ready;
}

int Sockets::poll(pollfd* fds, usize n, Instant deadline) {
    if (n > NOFILE) return -static_cast<int>(Errno::Inval);
    for (;;) {
        const bool busy = event_loop().run();
        const int ready = look(fds, n);
        const bool over = ready > 0 || net::platform::now() >= deadline;
        const Instant until = over || busy ? Instant{} : event_loop().earliest(deadline);
        const int more = poll_kernel(fds, n, until);
        if (more < 0) return more;
        if (over || more > 0) return ready + more;
    }
}

}  // namespace ustack
