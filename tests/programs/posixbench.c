/* posixbench: the cost of a few calls of POSIX, for `make bench`. Under QEMU's `-icount shift=0` with one
 * hart a nanosecond is one instruction. The same source runs on Linux. */
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SOCKETS 100

static struct pollfd fds[SOCKETS];
static char* self;

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void fail(const char* what) {
    perror(what);
    exit(1);
}

static void parent(void) { getppid(); }

static void fork_exit(void) {
    const pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) _exit(0);
    waitpid(pid, NULL, 0);
}

static void fork_exec(void) {
    const pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        execl(self, self, "-x", (char*)NULL);
        _exit(1);
    }
    waitpid(pid, NULL, 0);
}

/* UDP sockets; the one in the middle has a datagram. */
static void open_sockets(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof to;
    for (int i = 0; i < SOCKETS; i++) {
        fds[i].fd = socket(AF_INET, SOCK_DGRAM, 0);
        fds[i].events = POLLIN;
        if (fds[i].fd < 0) fail("socket");
        to.sin_port = 0;
        if (bind(fds[i].fd, (struct sockaddr*)&to, sizeof to) < 0) fail("bind");
    }
    if (getsockname(fds[SOCKETS / 2].fd, (struct sockaddr*)&to, &length) < 0) fail("getsockname");
    if (sendto(fds[0].fd, "x", 1, 0, (struct sockaddr*)&to, length) != 1) fail("sendto");
}

static void poll_now(void) {
    if (poll(fds, SOCKETS, 0) != 1 || fds[SOCKETS / 2].revents != POLLIN) fail("poll");
}
static void poll_wait(void) {
    if (poll(fds, SOCKETS, 1000) != 1 || fds[SOCKETS / 2].revents != POLLIN) fail("poll");
}

static void measure(const char* name, void (*f)(void), int count) {
    for (int i = 0; i < count / 10 + 2; i++) f();
    const long start = now();
    for (int i = 0; i < count; i++) f();
    printf("%s %ld ns\n", name, (now() - start) / count);
}

int main(int argc, char** argv) {
    self = argv[0];
    if (argc > 1) return 0;
    measure("getppid", parent, 10000);
    measure("posix_fork_exit_wait", fork_exit, 300);
    measure("posix_fork_exec_wait", fork_exec, 200);
    open_sockets();
    if (poll(fds, SOCKETS, 1000) != 1) fail("poll");
    measure("poll_100", poll_now, 1000);
    measure("poll_100_may_wait", poll_wait, 1000);
    return 0;
}
