/* Shared by the programs that check the socket calls against POSIX. A check that fails is printed. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int failures;

#define CHECK(condition)                                                                \
    do {                                                                                \
        if (!(condition)) {                                                             \
            printf("%s:%d: %s: %s\n", __func__, __LINE__, #condition, strerror(errno)); \
            failures++;                                                                 \
        }                                                                               \
    } while (0)
/* The call must fail with this errno. */
#define FAILS(call, reason)                                                                                  \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        if ((call) != -1 || errno != (reason)) {                                                             \
            printf("%s:%d: %s: %s, not %s\n", __func__, __LINE__, #call, strerror(errno), strerror(reason)); \
            failures++;                                                                                      \
        }                                                                                                    \
    } while (0)

static inline long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline struct sockaddr_in loopback(int port) {
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    return a;
}

static inline int local_port(int fd) {
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    CHECK(getsockname(fd, (struct sockaddr*)&a, &n) == 0 && n == sizeof a);
    return ntohs(a.sin_port);
}

static inline int listener(int backlog) {
    struct sockaddr_in a = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr*)&a, sizeof a) == 0 && listen(fd, backlog) == 0);
    return fd;
}

/* Two connected sockets. */
static inline void make_pair(int fds[2]) {
    int server = listener(1);
    struct sockaddr_in a = loopback(local_port(server));
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(fds[0], (struct sockaddr*)&a, sizeof a) == 0);
    fds[1] = accept(server, NULL, NULL);
    CHECK(fds[1] >= 0);
    close(server);
}

static inline void close_pair(int fds[2]) {
    close(fds[0]);
    close(fds[1]);
}

static inline int option(int fd, int level, int name) {
    int value = -1;
    socklen_t n = sizeof value;
    CHECK(getsockopt(fd, level, name, &value, &n) == 0);
    return value;
}

static inline int ready(int fd, int events, int timeout) {
    struct pollfd p = {fd, events, 0};
    return poll(&p, 1, timeout) == 1 ? p.revents : 0;
}

struct check {
    const char* name;
    void (*run)(void);
};

/* Runs all checks, or the one that is named. */
static inline int run_checks(const struct check* checks, size_t count, const char* wanted) {
    for (size_t i = 0; i < count; i++) {
        if (wanted && strcmp(wanted, checks[i].name) != 0) continue;
        printf("%s\n", checks[i].name);
        fflush(stdout);
        checks[i].run();
    }
    printf(failures ? "%d checks failed\n" : "all checks passed\n", failures);
    return failures != 0;
}
