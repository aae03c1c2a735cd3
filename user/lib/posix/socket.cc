// POSIX's socket functions.
#include "posix/posix.h"

#include "poll.h"
#include "sys/select.h"

using posix::check;
using posix::check_int;

extern "C" {

int posix_socket(int domain, int type, int protocol) { return check_int(raw_socket(domain, type, protocol)); }
int posix_bind(int fd, const sockaddr* a, socklen_t n) { return check_int(raw_bind(fd, a, n)); }
int posix_listen(int fd, int backlog) { return check_int(raw_listen(fd, backlog)); }
int posix_accept4(int fd, sockaddr* a, socklen_t* n, int flags) {
    return check_int(raw_accept(fd, a, n, flags));
}
int posix_accept(int fd, sockaddr* a, socklen_t* n) { return check_int(raw_accept(fd, a, n, 0)); }
int posix_connect(int fd, const sockaddr* a, socklen_t n) { return check_int(raw_sockconnect(fd, a, n)); }

ssize_t posix_sendto(int fd, const void* data, size_t n, int flags, const sockaddr* to, socklen_t length) {
    return check(raw_sendto(fd, data, n, flags, to, length));
}
ssize_t posix_recvfrom(int fd, void* data, size_t n, int flags, sockaddr* from, socklen_t* length) {
    return check(raw_recvfrom(fd, data, n, flags, from, length));
}
ssize_t posix_send(int fd, const void* data, size_t n, int flags) {
    return check(raw_sendto(fd, data, n, flags, nullptr, 0));
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

// --- several buffers: copied to one, so that a datagram is sent and received with one call ---

// -EINVAL: more than one transfer may have.
static ssize_t total_of(const iovec* v, size_t count) {
    constexpr size_t kMost = 0x7fff'ffff;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (v[i].iov_len > kMost - n) return -EINVAL;
        n += v[i].iov_len;
    }
    return static_cast<ssize_t>(n);
}

ssize_t posix_sendmsg(int fd, const msghdr* m, int flags) {
    if (m->msg_iovlen > IOV_MAX) return check(-EMSGSIZE);
    const auto* to = static_cast<const sockaddr*>(m->msg_name);
    if (m->msg_iovlen == 1) {
        return posix_sendto(fd, m->msg_iov->iov_base, m->msg_iov->iov_len, flags, to, m->msg_namelen);
    }
    const ssize_t total = total_of(m->msg_iov, m->msg_iovlen);
    if (total < 0) return check(total);
    const auto n = static_cast<size_t>(total);
    auto* all = static_cast<char*>(malloc(n + 1));
    if (!all) return check(-ENOMEM);
    char* at = all;
    for (size_t i = 0; i < m->msg_iovlen; at += m->msg_iov[i++].iov_len)
        memcpy(at, m->msg_iov[i].iov_base, m->msg_iov[i].iov_len);
    const ssize_t sent = posix_sendto(fd, all, n, flags, to, m->msg_namelen);
    free(all);
    return sent;
}

ssize_t posix_recvmsg(int fd, msghdr* m, int flags) {
    if (m->msg_iovlen > IOV_MAX) return check(-EMSGSIZE);
    const ssize_t total = total_of(m->msg_iov, m->msg_iovlen);
    if (total < 0) return check(total);
    const auto n = static_cast<size_t>(total);
    auto* all = static_cast<char*>(malloc(n + 1));
    if (!all) return check(-ENOMEM);
    auto* from = static_cast<sockaddr*>(m->msg_name);
    const ssize_t got = posix_recvfrom(fd, all, n, flags | MSG_TRUNC, from, from ? &m->msg_namelen : nullptr);
    size_t left = got < 0 ? 0 : static_cast<size_t>(got) < n ? static_cast<size_t>(got) : n;
    m->msg_flags = got > static_cast<ssize_t>(n) ? MSG_TRUNC : 0;
    m->msg_controllen = 0;
    const char* at = all;
    for (size_t i = 0; i < m->msg_iovlen && left > 0; i++) {
        const size_t part = left < m->msg_iov[i].iov_len ? left : m->msg_iov[i].iov_len;
        memcpy(m->msg_iov[i].iov_base, at, part);
        at += part;
        left -= part;
    }
    free(all);
    if (got < 0 || flags & MSG_TRUNC) return got;
    return got < static_cast<ssize_t>(n) ? got : static_cast<ssize_t>(n);
}

// One call per buffer would be enough for streams and files, but not for datagrams.
ssize_t posix_writev(int fd, const iovec* v, int count) {
    if (count <= 0 || count > IOV_MAX) return check(-EINVAL);
    if (count == 1) return posix_write(fd, v->iov_base, v->iov_len);
    const ssize_t total = total_of(v, static_cast<size_t>(count));
    if (total < 0) return check(total);
    const auto n = static_cast<size_t>(total);
    auto* all = static_cast<char*>(malloc(n + 1));
    if (!all) return check(-ENOMEM);
    char* at = all;
    for (int i = 0; i < count; at += v[i++].iov_len) memcpy(at, v[i].iov_base, v[i].iov_len);
    const ssize_t written = posix_write(fd, all, n);
    free(all);
    return written;
}

ssize_t posix_readv(int fd, const iovec* v, int count) {
    if (count <= 0 || count > IOV_MAX) return check(-EINVAL);
    if (count == 1) return posix_read(fd, v->iov_base, v->iov_len);
    const ssize_t total = total_of(v, static_cast<size_t>(count));
    if (total < 0) return check(total);
    const auto n = static_cast<size_t>(total);
    auto* all = static_cast<char*>(malloc(n + 1));
    if (!all) return check(-ENOMEM);
    const ssize_t got = posix_read(fd, all, n);
    const char* at = all;
    for (ssize_t left = got; left > 0; v++) {
        const size_t part = static_cast<size_t>(left) < v->iov_len ? static_cast<size_t>(left) : v->iov_len;
        memcpy(v->iov_base, at, part);
        at += part;
        left -= static_cast<ssize_t>(part);
    }
    free(all);
    return got;
}

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
