/* Opens many connections to an echo server from one process, without blocking. Each sends its own bytes and
 * must get them back. Written for any POSIX system.
 *
 *   manyecho HOST PORT CONNECTIONS BYTES */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum state { CONNECTING, TALKING, DONE };

struct talk {
    enum state state;
    uint64_t sent, got;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned char byte_of(int talk, uint64_t at) { return (unsigned char)(at * 31 + at / 251 + talk * 7); }

static void fail(int talk, const char* what) {
    fprintf(stderr, "connection %d: %s: %s\n", talk, what, strerror(errno));
    exit(1);
}

static int start(const struct addrinfo* to, int talk) {
    int fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
    if (fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK) < 0) fail(talk, "socket");
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS) fail(talk, "connect");
    return fd;
}

static void check_connected(int fd, int talk) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) fail(talk, "getsockopt");
    errno = error;
    if (error) fail(talk, "connect");
}

static void send_some(int fd, struct talk* t, int talk, uint64_t bytes) {
    unsigned char data[2000];
    size_t n = 0;
    while (n < sizeof data && t->sent + n < bytes) {
        data[n] = byte_of(talk, t->sent + n);
        n++;
    }
    ssize_t sent = n ? send(fd, data, n, 0) : 0;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) fail(talk, "send");
    if (sent <= 0) return;
    t->sent += (uint64_t)sent;
    if (t->sent == bytes && shutdown(fd, SHUT_WR) < 0) fail(talk, "shutdown");
}

static void receive_some(int fd, struct talk* t, int talk) {
    unsigned char data[3000];
    ssize_t n = recv(fd, data, sizeof data, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) fail(talk, "recv");
    for (ssize_t i = 0; i < n; i++) {
        if (data[i] != byte_of(talk, t->got + (uint64_t)i)) {
            fprintf(stderr, "connection %d: byte %" PRIu64 " differs in the echo\n", talk,
                    t->got + (uint64_t)i);
            exit(1);
        }
    }
    t->got += (uint64_t)n;
    if (n == 0) t->state = DONE;
}

int main(int argc, char** argv) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *to;
    if (argc != 5) {
        fprintf(stderr, "usage: %s HOST PORT CONNECTIONS BYTES\n", argv[0]);
        return 2;
    }
    int count = atoi(argv[3]);
    uint64_t bytes = strtoull(argv[4], NULL, 10), all = 0;
    int error = getaddrinfo(argv[1], argv[2], &hints, &to);
    if (error) {
        fprintf(stderr, "%s: %s\n", argv[1], gai_strerror(error));
        return 1;
    }
    struct pollfd* fds = calloc(count, sizeof *fds);
    struct talk* talks = calloc(count, sizeof *talks);
    double began = now();
    for (int i = 0; i < count; i++) fds[i].fd = start(to, i);
    freeaddrinfo(to);
    for (int left = count; left > 0;) {
        for (int i = 0; i < count; i++)
            fds[i].events = talks[i].state == CONNECTING || talks[i].sent < bytes ? POLLIN | POLLOUT : POLLIN;
        int ready = poll(fds, count, 20000);
        if (ready <= 0) {
            fprintf(stderr, "%d connections made no progress for 20 s\n", left);
            return 1;
        }
        for (int i = 0; i < count; i++) {
            if (fds[i].fd < 0 || !fds[i].revents) continue;
            if (talks[i].state == CONNECTING) {
                check_connected(fds[i].fd, i);
                talks[i].state = TALKING;
            }
            if (fds[i].revents & POLLOUT && talks[i].sent < bytes) send_some(fds[i].fd, &talks[i], i, bytes);
            if (fds[i].revents & (POLLIN | POLLHUP | POLLERR)) receive_some(fds[i].fd, &talks[i], i);
            if (talks[i].state != DONE) continue;
            if (talks[i].got != bytes) {
                fprintf(stderr, "connection %d: received %" PRIu64 " of %" PRIu64 " bytes\n", i, talks[i].got,
                        bytes);
                return 1;
            }
            close(fds[i].fd);
            fds[i].fd = -1;
            all += talks[i].got;
            left--;
        }
    }
    double seconds = now() - began;
    printf("%d connections, %" PRIu64 " bytes, %.3f s, %.2f MB/s\n", count, all, seconds,
           all / seconds / 1e6);
    free(fds);
    free(talks);
    return 0;
}
