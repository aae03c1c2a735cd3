/* The host's ends of guestbench's measurements. `ends ADDRESS` prints a line for each service, its name and
 * its port at this address:
 * - udp_echo returns each datagram.
 * - udp_sink counts datagrams. "COUNT?" is answered with the number since the last such question.
 * - udp_source answers "GO n size rate" with n datagrams of size bytes that begin with 'D', at most
 * rate a second (0: as fast as possible), and a little later with a few that begin with 'E'.
 * - tcp_echo, tcp_sink and tcp_source return, read and send bytes, each connection in a process.
 * - tcp_door reads one connection after the other to its end, which takes less time for each.
 *
 * Each is a process of its own. They end when standard input does. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NS = 1000000000, PACE = 250000 /* ns between two bursts of the source */, CATCH_UP = 96, ENDS = 5 };

static char data[65536];
static struct sockaddr_in from;

static ssize_t receive(int fd) {
    socklen_t length = sizeof from;
    const ssize_t n = recvfrom(fd, data, sizeof data - 1, 0, (struct sockaddr*)&from, &length);
    if (n >= 0) data[n] = '\0';
    return n;
}

static ssize_t answer(int fd, size_t n) {
    return sendto(fd, data, n, 0, (struct sockaddr*)&from, sizeof from);
}

static void echo(int fd) {
    for (;;) {
        const ssize_t n = receive(fd);
        if (n >= 0) answer(fd, (size_t)n);
    }
}

static void sink(int fd) {
    for (unsigned long count = 0;;) {
        receive(fd);
        if (strcmp(data, "COUNT?") != 0) {
            count++;
            continue;
        }
        answer(fd, (size_t)sprintf(data, "%lu", count));
        count = 0;
    }
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * (long long)NS + t.tv_nsec;
}

static void sleep_until(long long ns) {
    const struct timespec t = {ns / NS, ns % NS};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* Small bursts keep the pace without spinning, which would take the guest's core. After a pause, for which
 * the host has not let this process run, it catches up only with CATCH_UP packets: more would fill the
 * queues. */
static void send_paced(int fd, long n, size_t size, long rate) {
    long long start = now();
    for (long sent = 0, paced = 0; sent < n;) {
        long due = rate ? (long)((now() - start) * (double)rate / NS) + 1 - paced : n;
        if (rate && due > CATCH_UP) due = CATCH_UP, start = now(), paced = -due;
        for (paced += due; due > 0 && sent < n; due--, sent++)
            while (answer(fd, size) < 0 && (errno == ENOBUFS || errno == EAGAIN)) continue;
        if (sent < n) sleep_until(now() + PACE);
    }
}

static void source(int fd) {
    for (;;) {
        long n, size, rate;
        if (receive(fd) < 0 || sscanf(data, "GO %ld %ld %ld", &n, &size, &rate) != 3 || size < 1 ||
            size > 1472)
            continue;
        memset(data, 'D', (size_t)size);
        send_paced(fd, n, (size_t)size, rate);
        memset(data, 'E', (size_t)size);
        for (int i = 0; i < ENDS; i++) {
            sleep_until(now() + NS / 50);
            answer(fd, (size_t)size);
        }
    }
}

static void read_all(int fd) {
    while (read(fd, data, sizeof data) > 0) continue;
}

static void write_all(int fd) {
    while (write(fd, data, sizeof data) > 0) continue;
}

static void return_all(int fd) {
    for (ssize_t n; (n = read(fd, data, sizeof data)) > 0;)
        if (write(fd, data, (size_t)n) != n) return;
}

static void live_as_long_as_the_parent(void) { prctl(PR_SET_PDEATHSIG, SIGTERM); }

static int accept_one(int listener) {
    const int fd = accept(listener, NULL, NULL), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void serve_each(int listener, void (*serve)(int)) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        const int fd = accept_one(listener);
        if (fork() == 0) {
            live_as_long_as_the_parent();
            close(listener);
            serve(fd);
            _exit(0);
        }
        close(fd);
    }
}

static void stream_echo(int listener) { serve_each(listener, return_all); }
static void stream_sink(int listener) { serve_each(listener, read_all); }
static void stream_source(int listener) { serve_each(listener, write_all); }

static void door(int listener) {
    for (;;) {
        const int fd = accept_one(listener);
        read_all(fd);
        close(fd);
    }
}

static const struct {
    const char* name;
    int type;
    void (*serve)(int);
} services[] = {
    {"udp_echo", SOCK_DGRAM, echo},         {"udp_sink", SOCK_DGRAM, sink},
    {"udp_source", SOCK_DGRAM, source},     {"tcp_echo", SOCK_STREAM, stream_echo},
    {"tcp_sink", SOCK_STREAM, stream_sink}, {"tcp_source", SOCK_STREAM, stream_source},
    {"tcp_door", SOCK_STREAM, door},
};

/* Returns the service's port. */
static int start(const char* address, int type, void (*serve)(int)) {
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t length = sizeof a;
    const int fd = socket(AF_INET, type, 0), room = 8 << 20;
    if (type == SOCK_DGRAM) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    }
    if (inet_pton(AF_INET, address, &a.sin_addr) != 1 || bind(fd, (struct sockaddr*)&a, sizeof a) < 0 ||
        (type == SOCK_STREAM && listen(fd, 1024) < 0) || getsockname(fd, (struct sockaddr*)&a, &length) < 0) {
        perror(address);
        exit(1);
    }
    if (fork() == 0) {
        live_as_long_as_the_parent();
        prctl(PR_SET_TIMERSLACK, 1);
        serve(fd);
    }
    close(fd);
    return ntohs(a.sin_port);
}

int main(int argc, char** argv) {
    if (argc != 2) return fprintf(stderr, "usage: ends ADDRESS\n"), 1;
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        const int port = start(argv[1], services[i].type, services[i].serve);
        printf("%s %d\n", services[i].name, port);
        fflush(stdout);
    }
    puts("");
    fflush(stdout);
    while (read(STDIN_FILENO, data, sizeof data) > 0) continue;
    return 0;
}
