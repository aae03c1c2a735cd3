/* The host's ends of guestbench's measurements of UDP. `ends ADDRESS` prints the ports of three services at
 * this address:
 * - echo returns each datagram.
 * - sink counts datagrams. "COUNT?" is answered with the number since the last such question.
 * - source answers "GO n size rate" with n datagrams of size bytes that begin with 'D', rate a second (0: as
 * fast as possible), and a little later with a few that begin with 'E'.
 *
 * Each is a process of its own. They end when standard input does. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NS = 1000000000, PACE = 250000 /* ns between two bursts of the source */, ENDS = 5 };

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

/* Small bursts keep the pace without spinning, which would take the guest's core. */
static void send_paced(int fd, long n, size_t size, long rate) {
    const long long start = now();
    for (long sent = 0; sent < n;) {
        long due = rate ? (long)((now() - start) * (double)rate / NS) + 1 : n;
        for (due = due < n ? due : n; sent < due; sent++)
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

/* Starts a service; returns its port. */
static int start(const char* address, void (*serve)(int)) {
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t length = sizeof a;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    if (inet_pton(AF_INET, address, &a.sin_addr) != 1 || bind(fd, (struct sockaddr*)&a, sizeof a) < 0 ||
        getsockname(fd, (struct sockaddr*)&a, &length) < 0) {
        perror(address);
        exit(1);
    }
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        prctl(PR_SET_TIMERSLACK, 1);
        serve(fd);
    }
    close(fd);
    return ntohs(a.sin_port);
}

int main(int argc, char** argv) {
    if (argc != 2) return fprintf(stderr, "usage: ends ADDRESS\n"), 1;
    const int ports[] = {start(argv[1], echo), start(argv[1], sink), start(argv[1], source)};
    printf("%d %d %d\n", ports[0], ports[1], ports[2]);
    fflush(stdout);
    while (read(STDIN_FILENO, data, sizeof data) > 0) continue;
    return 0;
}
