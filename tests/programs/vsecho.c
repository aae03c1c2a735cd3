/* An echo server and its client over vsock, written as for Linux; nothing in it knows nx6.
 *
 *   vsecho PORT                   serves streams at PORT and messages at PORT + 1, until it has received
 * "quit" on both vsecho CID PORT TEXT...       sends each TEXT on both, and prints what comes back
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { LISTENERS = 2, CLIENTS = 16 };

static void die(const char* what) {
    perror(what);
    exit(1);
}

static unsigned int local_cid(void) {
    unsigned int cid;
    int fd = open("/dev/vsock", O_RDONLY);
    if (fd < 0) die("/dev/vsock");
    if (ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) < 0) die("IOCTL_VM_SOCKETS_GET_LOCAL_CID");
    close(fd);
    return cid;
}

static struct sockaddr_vm address(unsigned int cid, unsigned int port) {
    struct sockaddr_vm addr = {
        .svm_family = AF_VSOCK,
        .svm_cid = cid,
        .svm_port = port,
    };
    return addr;
}

static int listen_at(int type, unsigned int port) {
    struct sockaddr_vm addr = address(VMADDR_CID_ANY, port);
    int fd = socket(AF_VSOCK, type | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    if (bind(fd, (struct sockaddr*)&addr, sizeof(addr)) < 0) die("bind");
    if (listen(fd, SOMAXCONN) < 0) die("listen");
    return fd;
}

static void add_client(struct pollfd* fds, int listener) {
    struct sockaddr_vm peer;
    socklen_t length = sizeof(peer);
    int fd = accept4(listener, (struct sockaddr*)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) die("accept4");
    for (int i = LISTENERS; i < LISTENERS + CLIENTS; i++) {
        if (fds[i].fd >= 0) continue;
        fds[i].fd = fd;
        printf("a client of CID %u\n", peer.svm_cid);
        return;
    }
    close(fd);
}

/* Sends back what has arrived. Returns 0 if the client has closed. */
static int echo(int fd, int* quits) {
    char buffer[4096];
    ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 1;
    if (n <= 0) return 0;
    if (n >= 4 && memcmp(buffer, "quit", 4) == 0) ++*quits;
    if (send(fd, buffer, n, MSG_NOSIGNAL | MSG_EOR) != n) die("send");
    return 1;
}

static int serve(unsigned int port) {
    struct pollfd fds[LISTENERS + CLIENTS];
    int quits = 0;
    for (int i = 0; i < LISTENERS + CLIENTS; i++) fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    fds[0].fd = listen_at(SOCK_STREAM, port);
    fds[1].fd = listen_at(SOCK_SEQPACKET, port + 1);
    printf("serving, CID %d\n", (int)local_cid());
    while (quits < LISTENERS) {
        if (poll(fds, LISTENERS + CLIENTS, -1) < 0 && errno != EINTR) die("poll");
        for (int i = 0; i < LISTENERS + CLIENTS; i++) {
            if (!(fds[i].revents & (POLLIN | POLLHUP | POLLERR))) continue;
            if (i < LISTENERS) {
                add_client(fds, fds[i].fd);
            } else if (!echo(fds[i].fd, &quits)) {
                close(fds[i].fd);
                fds[i].fd = -1;
            }
        }
    }
    printf("bye\n");
    return 0;
}

/* Connects without blocking in connect(), as a program with an event loop does. */
static int connect_to(int type, unsigned int cid, unsigned int port) {
    struct sockaddr_vm addr = address(cid, port);
    struct timeval timeout = {.tv_sec = 5};
    struct pollfd p = {.events = POLLOUT};
    int on = 1, off = 0, error = 0;
    socklen_t length = sizeof(error);
    p.fd = socket(AF_VSOCK, type, 0);
    if (p.fd < 0) die("socket");
    if (setsockopt(p.fd, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &timeout, sizeof(timeout)) < 0)
        die("SO_VM_SOCKETS_CONNECT_TIMEOUT");
    if (ioctl(p.fd, FIONBIO, &on) < 0) die("FIONBIO");
    if (connect(p.fd, (struct sockaddr*)&addr, sizeof(addr)) < 0) {
        if (errno != EINPROGRESS) die("connect");
        if (poll(&p, 1, 5000) != 1) die("poll");
        if (getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) die("SO_ERROR");
        if ((errno = error) != 0) die("connect");
    }
    if (ioctl(p.fd, FIONBIO, &off) < 0) die("FIONBIO");
    return p.fd;
}

static void exchange(int fd, const char* text) {
    char buffer[4096];
    size_t length = strlen(text), got = 0;
    struct iovec iov = {.iov_base = (void*)text, .iov_len = length};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
    if (sendmsg(fd, &message, MSG_NOSIGNAL) != (ssize_t)length) die("sendmsg");
    while (got < length) {
        ssize_t n = recv(fd, buffer + got, sizeof(buffer) - got, 0);
        if (n < 0) die("recv");
        if (n == 0) break;
        got += n;
    }
    printf("%.*s\n", (int)got, buffer);
}

static void ask(int type, unsigned int cid, unsigned int port, char** texts) {
    struct sockaddr_vm peer;
    socklen_t length = sizeof(peer);
    unsigned long long size = 0;
    socklen_t size_length = sizeof(size);
    int fd = connect_to(type, cid, port);
    if (getpeername(fd, (struct sockaddr*)&peer, &length) < 0) die("getpeername");
    if (getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &size, &size_length) < 0)
        die("SO_VM_SOCKETS_BUFFER_SIZE");
    printf("connected to %u:%u with a buffer of %llu bytes\n", peer.svm_cid, peer.svm_port, size);
    while (*texts) exchange(fd, *texts++);
    /* A server that was told to quit may be gone already. */
    if (shutdown(fd, SHUT_WR) < 0 && errno != ENOTCONN) die("shutdown");
    close(fd);
}

int main(int argc, char** argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 2) return serve(atoi(argv[1]));
    if (argc < 4) {
        fprintf(stderr, "usage: %s PORT | CID PORT TEXT...\n", argv[0]);
        return 2;
    }
    ask(SOCK_STREAM, atoi(argv[1]), atoi(argv[2]), argv + 3);
    ask(SOCK_SEQPACKET, atoi(argv[1]), atoi(argv[2]) + 1, argv + 3);
    return 0;
}
