// POSIX's socket functions.
#include "posix/posix.h"

#include "poll.h"
#include "sys/select.h"

using posix::check;
using posix::check_int;
using posix::check_sent;

extern "C" {

int posix_socket(int domain, int type, int protocol) { return check_int(raw_socket(domain, type, protocol)); }
int posix_socketpair(int domain, int type, int protocol, int fds[2]) {
    return check_int(raw_socketpair(domain, type, protocol, fds));
}
int posix_bind(int fd, const sockaddr* a, socklen_t n) { return check_int(raw_bind(fd, a, n)); }
int posix_listen(int fd, int backlog) { return check_int(raw_listen(fd, backlog)); }
int posix_accept4(int fd, sockaddr* a, socklen_t* n, int flags) {
    return check_int(raw_accept(fd, a, n, flags));
}
int posix_accept(int fd, sockaddr* a, socklen_t* n) { return check_int(raw_accept(fd, a, n, 0)); }
int posix_connect(int fd, const sockaddr* a, socklen_t n) { return check_int(raw_sockconnect(fd, a, n)); }

ssize_t posix_sendto(int fd, const void* data, size_t n, int flags, const sockaddr* to, socklen_t length) {
    return check_sent(fd, raw_sendto(fd, data, n, flags, to, length), flags);
}
ssize_t posix_recvfrom(int fd, void* data, size_t n, int flags, sockaddr* from, socklen_t* length) {
    return check(raw_recvfrom(fd, data, n, flags, from, length));
}
ssize_t posix_send(int fd, const void* data, size_t n, int flags) {
    return check_sent(fd, raw_sendto(fd, data, n, flags, nullptr, 0), flags);
}
ssize_t posix_recv(int fd, void* data, size_t n, int flags) {
    return check(raw_recvfrom(fd, data, n, flags, nullptr, nullptr));
}

int posix_shutdown(int fd, int how) { return check_int(raw_shutdown(fd, how)); }
int posix_getsockname(int fd, sockaddr* a, socklen_t* n) { return check_int(raw_getsockname(fd, a, n)); }
int posix_getpeername(int fd, sockaddr* a, socklen_t* n) { return check_int(raw_getpeername(fd, a, n)); }
int posix_setsockopt(int fd, int level, int name, const void* value, socklen_t n) {
    return check_int(raw_setsockopt(fd, level, name, value, n));
}
int posix_getsockopt(int fd, int level, int name, void* value, socklen_t* n) {
    return check_int(raw_getsockopt(fd, level, name, value, n));
}

int posix_poll(pollfd* fds, nfds_t n, int timeout_ms) { return check_int(raw_poll(fds, n, timeout_ms)); }

ssize_t posix_sendmsg(int fd, const msghdr* m, int flags) {
    return check_sent(fd, raw_sendmsg(fd, m, flags), flags);
}
ssize_t posix_recvmsg(int fd, msghdr* m, int flags) { return check(raw_recvmsg(fd, m, flags)); }
ssize_t posix_writev(int fd, const iovec* v, int count) { return check_sent(fd, raw_writev(fd, v, count)); }
ssize_t posix_readv(int fd, const iovec* v, int count) { return check(raw_readv(fd, v, count)); }

// --- select, implemented with poll ---

// Stores the descriptors below n that are in one of the sets in fds; returns how many.
static nfds_t list_of_sets(int n, const fd_set* in, const fd_set* out, const fd_set* except, pollfd* fds) {
    nfds_t used = 0;
    for (int fd = 0; fd < n; fd++) {
        short events = 0;
        if (in && FD_ISSET(fd, in)) events |= POLLIN;
        if (out && FD_ISSET(fd, out)) events |= POLLOUT;
        if (except && FD_ISSET(fd, except)) events |= POLLPRI;
        if (events) fds[used++] = {fd, events, 0};
    }
    return used;
}

// Makes the sets from poll()'s results; returns how many members they have, or -EBADF.
static int sets_of_list(const pollfd* fds, nfds_t n, fd_set* in, fd_set* out, fd_set* except) {
    if (in) FD_ZERO(in);
    if (out) FD_ZERO(out);
    if (except) FD_ZERO(except);
    int ready = 0;
    for (nfds_t i = 0; i < n; i++) {
        const pollfd& p = fds[i];
        if (p.revents & POLLNVAL) return -EBADF;
        const bool broken = p.revents & (POLLERR | POLLHUP);
        if (p.events & POLLIN && (p.revents & POLLIN || broken)) ready++, FD_SET(p.fd, in);
        if (p.events & POLLOUT && (p.revents & POLLOUT || p.revents & POLLERR)) ready++, FD_SET(p.fd, out);
        if (p.events & POLLPRI && p.revents & POLLPRI) ready++, FD_SET(p.fd, except);
    }
    return ready;
}

// The list is too large for the stack.
int posix_select(int n, fd_set* in, fd_set* out, fd_set* except, timeval* timeout) {
    if (n < 0 || n > FD_SETSIZE) return check_int(-EINVAL);
    auto* fds = static_cast<pollfd*>(malloc((static_cast<size_t>(n) + 1) * sizeof(pollfd)));
    if (!fds) return check_int(-ENOMEM);
    const nfds_t used = list_of_sets(n, in, out, except, fds);
    const long ms = timeout ? timeout->tv_sec * 1000 + (timeout->tv_usec + 999) / 1000 : -1;
    int ready = raw_poll(fds, used, static_cast<int>(ms));
    if (ready >= 0) ready = sets_of_list(fds, used, in, out, except);
    free(fds);
    return check_int(ready);
}

}  // extern "C"
