/* POSIX: sockets. The constants are in kernel/abi/socket.h. With user.h, C++ has both connect()s: POSIX's
 * takes a struct sockaddr*, xv6's an address and two ports. C has only POSIX's. */
#pragma once

#include "abi/socket.h"
#include "sys/cdefs.h"
#include "sys/time.h"
#include "sys/types.h"
#include "sys/uio.h"

#define PF_UNSPEC AF_UNSPEC
#define PF_INET   AF_INET
#define AF_LOCAL  AF_UNIX
#define PF_UNIX   AF_UNIX
#define PF_LOCAL  AF_UNIX
#define AF_INET6  10 /* only the name: not supported */
#define PF_INET6  AF_INET6

struct sockaddr_storage {
    sa_family_t ss_family;
    char ss_padding[126];
} __attribute__((aligned(8)));

/* Control data: struct cmsghdrs, whose data begin behind them, padded to a multiple of 8 bytes. */
#define CMSG_ALIGN(n) (((size_t)(n) + 7) & ~(size_t)7)
#define CMSG_SPACE(n) (sizeof(struct cmsghdr) + CMSG_ALIGN(n))
#define CMSG_LEN(n)   (sizeof(struct cmsghdr) + (size_t)(n))
#define CMSG_DATA(c)  ((unsigned char*)((struct cmsghdr*)(c) + 1))
#define CMSG_FIRSTHDR(m) \
    ((m)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr*)(m)->msg_control : (struct cmsghdr*)0)
#define CMSG_NXTHDR(m, c) nx6_next_cmsg((m), (c))

static inline struct cmsghdr* nx6_next_cmsg(struct msghdr* m, struct cmsghdr* c) {
    unsigned char* end = (unsigned char*)m->msg_control + m->msg_controllen;
    unsigned char* next = (unsigned char*)c + CMSG_ALIGN(c->cmsg_len);
    if (c->cmsg_len < sizeof *c || next + sizeof *c > end) return (struct cmsghdr*)0;
    return next + CMSG_ALIGN(((struct cmsghdr*)next)->cmsg_len) > end ? (struct cmsghdr*)0
                                                                      : (struct cmsghdr*)next;
}

BEGIN_C
int socket(int domain, int type, int protocol) POSIX(socket);
int socketpair(int domain, int type, int protocol, int fds[2]) POSIX(socketpair);
int bind(int fd, const struct sockaddr* addr, socklen_t length) POSIX(bind);
int listen(int fd, int backlog) POSIX(listen);
int accept(int fd, struct sockaddr* addr, socklen_t* length) POSIX(accept);
int accept4(int fd, struct sockaddr* addr, socklen_t* length, int flags) POSIX(accept4);
ssize_t send(int fd, const void* data, size_t n, int flags) POSIX(send);
ssize_t recv(int fd, void* data, size_t n, int flags) POSIX(recv);
ssize_t sendto(int fd, const void* data, size_t n, int flags, const struct sockaddr* to, socklen_t length)
    POSIX(sendto);
ssize_t recvfrom(int fd, void* data, size_t n, int flags, struct sockaddr* from, socklen_t* length)
    POSIX(recvfrom);
ssize_t sendmsg(int fd, const struct msghdr* m, int flags) POSIX(sendmsg);
ssize_t recvmsg(int fd, struct msghdr* m, int flags) POSIX(recvmsg);
int shutdown(int fd, int how) POSIX(shutdown);
int getsockname(int fd, struct sockaddr* addr, socklen_t* length) POSIX(getsockname);
int getpeername(int fd, struct sockaddr* addr, socklen_t* length) POSIX(getpeername);
int setsockopt(int fd, int level, int name, const void* value, socklen_t length) POSIX(setsockopt);
int getsockopt(int fd, int level, int name, void* value, socklen_t* length) POSIX(getsockopt);

#if defined(__cplusplus)
int posix_connect(int fd, const struct sockaddr* addr, socklen_t length) POSIX(connect);
END_C
inline int connect(int fd, const struct sockaddr* addr, socklen_t length) {
    return posix_connect(fd, addr, length);
}
#elif defined(NX6_USER_H)
int posix_connect(int fd, const struct sockaddr* addr, socklen_t length) POSIX(connect);
#define connect posix_connect
#else
int connect(int fd, const struct sockaddr* addr, socklen_t length) POSIX(connect);
#endif
