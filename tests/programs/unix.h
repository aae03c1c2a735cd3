/* Shared by the programs that check AF_UNIX sockets. */
#ifdef __linux__
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#endif
#include "check.h"

#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/un.h>

static inline struct sockaddr_un path_address(const char* path) {
    struct sockaddr_un a;
    memset(&a, 0, sizeof a);
    a.sun_family = AF_UNIX;
    strcpy(a.sun_path, path);
    return a;
}

static inline int bind_path(int fd, const char* path) {
    struct sockaddr_un a = path_address(path);
    return bind(fd, (struct sockaddr*)&a, sizeof a);
}

static inline int connect_path(int fd, const char* path) {
    struct sockaddr_un a = path_address(path);
    return connect(fd, (struct sockaddr*)&a, sizeof a);
}

static inline int listen_at(const char* path, int type, int backlog) {
    int fd = socket(AF_UNIX, type, 0);
    unlink(path);
    CHECK(fd >= 0 && bind_path(fd, path) == 0 && listen(fd, backlog) == 0);
    return fd;
}

static inline void unix_pair(int fds[2], int type) { CHECK(socketpair(AF_UNIX, type, 0, fds) == 0); }

/* Sends bytes with n descriptors. */
static inline ssize_t send_fds(int to, const void* data, size_t length, const int* fds, int n) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(256 * sizeof(int))];
    } control;
    struct iovec v = {(void*)data, length};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    memset(&control, 0, sizeof control);
    if (n > 0) {
        m.msg_control = &control;
        m.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
        memcpy(CMSG_DATA(&control.header), fds, (size_t)n * sizeof(int));
    }
    return sendmsg(to, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Receives at most *n descriptors; *n becomes how many, *flags msg_flags. */
static inline ssize_t receive_fds(int from, void* data, size_t length, int* fds, int* n, int* flags) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(256 * sizeof(int))];
    } control;
    struct iovec v = {data, length};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    m.msg_control = *n ? &control : NULL;
    m.msg_controllen = *n ? CMSG_LEN((size_t)*n * sizeof(int)) : 0;
    ssize_t got = recvmsg(from, &m, *flags | MSG_DONTWAIT);
    struct cmsghdr* c = CMSG_FIRSTHDR(&m);
    *n = 0;
    if (got < 0) return got;
    *flags = m.msg_flags;
    if (!c || m.msg_controllen == 0) return got;
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        *n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(c), (size_t)*n * sizeof(int));
    return got;
}
