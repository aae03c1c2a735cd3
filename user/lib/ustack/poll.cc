// poll() of descriptors of both kinds: one call to the kernel waits for its descriptors and for the channel.
#include "ustack/sockets.h"
#include "ustack/system.h"

namespace ustack {

// Sets revents of our descriptors, and copies the kernel's to asked_.
Sockets::Seen Sockets::look(pollfd* fds, usize n) {
    Seen seen;
    for (pollfd* p = fds; p != fds + n; p++) {
        p->revents = 0;
        if (const File* f = files_.find(p->fd)) {
            const u32 wanted = static_cast<u16>(p->events) | POLLERR | POLLHUP;
            p->revents = static_cast<short>(f->socket->poll(nullptr) & wanted);
            seen.ready += p->revents != 0;
        } else if (p->fd >= 0) {
            asked_[seen.kernels++] = *p;
        }
    }
    return seen;
}

// Copies the kernel's answers, in asked_, to fds.
void Sockets::take_answers(pollfd* fds, usize n) {
    const pollfd* answer = asked_;
    for (pollfd* p = fds; p != fds + n; p++) {
        if (p->fd >= 0 && !files_.find(p->fd)) p->revents = (answer++)->revents;
    }
}

// Polls the kernel's descriptors among fds, and sleeps until one is ready, the channel has something, or the
// deadline has come. Returns how many of the kernel's are ready.
int Sockets::poll_kernel(pollfd* fds, usize n, usize kernels, Instant deadline) {
    asked_[kernels] = {stack_.device().fd(), POLLIN, 0};
    const int found = stack_.device().poll(asked_, kernels + 1, deadline);
    if (found < 0) return found;
    ChannelDevice::check(asked_[kernels].revents);
    if (kernels > 0) take_answers(fds, n);
    return found - (asked_[kernels].revents != 0);
}

int Sockets::poll(pollfd* fds, usize n, Instant deadline) {
    if (n > NOFILE) return -static_cast<int>(Errno::Inval);
    for (;;) {
        const bool busy = event_loop().process();
        const auto [ready, kernels] = look(fds, n);
        const bool over = ready > 0 || net::platform::now() >= deadline;
        if (over && kernels == 0) return finish(), ready;
        if (busy && kernels == 0) continue;
        const Instant until = over || busy ? Instant{} : event_loop().earliest(deadline);
        const int more = poll_kernel(fds, n, kernels, until);
        if (more < 0) return more;
        if (over || more > 0) return ready + more;
    }
}

}  // namespace ustack
