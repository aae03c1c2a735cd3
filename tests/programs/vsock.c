/* vsock sockets over CID 1, as a Linux program uses them: data both ways, half-close, messages, errors. */
#include <errno.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) {                                                 \
            printf("line %d: %s, errno %d\n", __LINE__, #condition, errno); \
            exit(1);                                                        \
        }                                                                   \
    } while (0)

enum { PORT = 5000, BYTES = 1 << 20 };

static struct sockaddr_vm address(unsigned cid, unsigned port) {
    struct sockaddr_vm a;
    memset(&a, 0, sizeof a);
    a.svm_family = AF_VSOCK;
    a.svm_cid = cid;
    a.svm_port = port;
    return a;
}

static int listener(int type, unsigned port) {
    const int fd = socket(AF_VSOCK, type, 0);
    const struct sockaddr_vm a = address(VMADDR_CID_ANY, port);
    CHECK(fd >= 0);
    CHECK(bind(fd, (const struct sockaddr*)&a, sizeof a) == 0);
    CHECK(listen(fd, 5) == 0);
    return fd;
}

static int connected(int type, unsigned port) {
    const int fd = socket(AF_VSOCK, type, 0);
    const struct sockaddr_vm a = address(VMADDR_CID_LOCAL, port);
    CHECK(fd >= 0);
    return connect(fd, (const struct sockaddr*)&a, sizeof a) == 0 ? fd : -1;
}

static unsigned char byte_at(int i) { return (unsigned char)(i * 7 + i / 251); }

/* The child sends all back that it receives, until the end. */
static void echo(int fd) {
    static char buffer[30000];
    for (;;) {
        const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        CHECK(n >= 0);
        if (n == 0) break;
        CHECK(send(fd, buffer, (size_t)n, 0) == n);
    }
    CHECK(shutdown(fd, SHUT_WR) == 0);
    close(fd);
    exit(0);
}

static void send_all(int fd) {
    static unsigned char buffer[65536];
    for (int sent = 0; sent < BYTES; sent += (int)sizeof buffer) {
        for (int i = 0; i < (int)sizeof buffer; i++) buffer[i] = byte_at(sent + i);
        CHECK(send(fd, buffer, sizeof buffer, 0) == (ssize_t)sizeof buffer);
    }
    CHECK(shutdown(fd, SHUT_WR) == 0);
    exit(0);
}

static void stream(void) {
    static unsigned char buffer[20000];
    const int l = listener(SOCK_STREAM, PORT);
    const int fd = connected(SOCK_STREAM, PORT);
    CHECK(fd >= 0);
    const int served = accept(l, 0, 0);
    CHECK(served >= 0);
    if (fork() == 0) close(fd), echo(served);
    if (fork() == 0) close(served), send_all(fd);
    close(served);
    close(l);
    int got = 0;
    for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) != 0; got += (int)n) {
        CHECK(n > 0);
        for (int i = 0; i < n; i++) CHECK(buffer[i] == byte_at(got + i));
    }
    CHECK(got == BYTES);
    close(fd);
    for (int i = 0; i < 2; i++) {
        int status = 1;
        CHECK(wait(&status) > 0);
        CHECK(status == 0);
    }
    printf("stream: %d bytes there and back\n", got);
}

static void messages(void) {
    char buffer[100];
    int available = 0;
    const int l = listener(SOCK_SEQPACKET, PORT + 1), fd = connected(SOCK_SEQPACKET, PORT + 1);
    CHECK(fd >= 0);
    const int served = accept(l, 0, 0);
    CHECK(send(fd, "one", 3, 0) == 3);
    CHECK(send(fd, "second", 6, MSG_EOR) == 6);
    CHECK(poll(&(struct pollfd){.fd = served, .events = POLLIN}, 1, 5000) == 1);
    CHECK(ioctl(served, FIONREAD, &available) == 0 && available == 3);
    CHECK(recv(served, buffer, sizeof buffer, 0) == 3);
    CHECK(recv(served, buffer, 2, MSG_TRUNC) == 6);
    close(fd);
    CHECK(recv(served, buffer, sizeof buffer, 0) == 0);
    close(served);
    close(l);
    printf("messages: bounds kept\n");
}

static void errors(void) {
    CHECK(connected(SOCK_STREAM, 99) < 0 && errno == ECONNRESET);
    unsigned cid = 0;
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    CHECK(ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) == 0);
    CHECK(cid == VMADDR_CID_ANY || cid >= 3);
    CHECK(send(fd, "x", 1, 0) < 0 && errno == ENOTCONN);
    unsigned long long size = 0;
    socklen_t length = sizeof size;
    CHECK(getsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, &size, &length) == 0);
    CHECK(size == 262144);
    CHECK(socket(AF_VSOCK, SOCK_DGRAM, 0) < 0 && errno == ESOCKTNOSUPPORT);
    close(fd);
    printf("errors: as in Linux\n");
}

int main(void) {
    stream();
    messages();
    errors();
    return 0;
}
