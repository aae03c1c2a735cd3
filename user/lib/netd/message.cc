#include "netd/message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

namespace netd {
namespace {

union Control {
    char bytes[CMSG_SPACE(sizeof(int))];
    cmsghdr header;
};

// The first descriptor of the control data, or -1.
int descriptor_of(msghdr& m) {
    int fd = -1;
    const cmsghdr* c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

}  // namespace

bool send_message(int socket, const void* data, size_t n, int fd, int flags) {
    iovec part{const_cast<void*>(data), n};
    msghdr m{};
    m.msg_iov = &part;
    m.msg_iovlen = 1;
    Control control{};
    if (fd >= 0) {
        m.msg_control = control.bytes;
        m.msg_controllen = sizeof control.bytes;
        cmsghdr* c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return sendmsg(socket, &m, MSG_NOSIGNAL | flags) == static_cast<ssize_t>(n);
}

long receive_message(int socket, void* data, size_t n, int& fd, int flags) {
    iovec part{data, n};
    msghdr m{};
    Control control{};
    m.msg_iov = &part;
    m.msg_iovlen = 1;
    m.msg_control = control.bytes;
    m.msg_controllen = CMSG_LEN(sizeof(int));  // in CMSG_SPACE() there is room for two: the other would stay
    fd = -1;
    const ssize_t length = recvmsg(socket, &m, MSG_CMSG_CLOEXEC | flags);
    if (length < 0) return -1;
    fd = descriptor_of(m);
    const bool too_long = m.msg_flags & MSG_TRUNC;
    if (length > 0 && !too_long) return length;
    discard(fd);
    fd = -1;
    if (too_long) return errno = EMSGSIZE, -1;
    return 0;
}

void discard(int fd) {
    const linger none{};
    if (fd < 0) return;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);  // no socket: fails
    close(fd);
}

}  // namespace netd
