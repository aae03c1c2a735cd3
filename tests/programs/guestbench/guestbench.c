/* guestbench: the same measurements in nx6 and in Linux: compiled unchanged for both.
 * The host's ends are those of tests/bench/ends.c. Each line that it prints is "name value unit". What is
 * between two marks is what QEMU's plugin counts. */
#include "guestbench.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

char* data;

static const struct {
    const char *name, *words;
    int count; /* of the words */
    void (*run)(char** words);
} measurements[] = {
    {"first", "HOST PORT             sends datagrams to the echo until one comes back", 2, first_reply},
    {"udp-send", "HOST PORT N SIZE      sends N datagrams to the sink", 4, udp_send},
    {"udp-echo", "HOST PORT N SIZE      N round trips, one at a time", 4, udp_echo},
    {"udp-receive", "HOST PORT N SIZE RATE the source sends N datagrams, RATE a second", 5, udp_receive},
    {"udp-senders", "HOST PORT N SIZE P    P processes send N datagrams each to the sink", 5, udp_senders},
    {"udp-loopback", "N SIZE P              P processes send N datagrams each to themselves", 3,
     udp_loopback},
    {"tcp-send", "HOST PORT N           writes N times 64 KiB", 3, tcp_send},
    {"tcp-receive", "HOST PORT N           reads N times 64 KiB", 3, tcp_receive},
    {"tcp-echo", "HOST PORT N           N round trips of a byte", 3, tcp_echo},
    {"tcp-connect", "HOST PORT N           opens and closes N connections", 3, tcp_connect},
    {"tcp-loopback", "N                     N times 64 KiB to a process of the same machine", 1,
     tcp_loopback},
    {"getppid", "N                     N system calls", 1, call_getppid},
    {"fork", "N                     N times fork, exit, wait", 1, call_fork},
    {"exec", "N                     N times fork, exec, exit, wait", 1, call_exec},
    {"poll", "N                     N times poll of 100 sockets, one of them ready", 1, call_poll},
};
#define COUNT (sizeof measurements / sizeof *measurements)

static long long began;

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void begin(void) {
    began = now();
    MARK(1);
}

/* In integers: a program that uses floating point has more registers to save. */
long long elapsed(void) { return now() - began; }

void end(long operations) {
    MARK(2);
    print("operations", (double)operations, "times");
}

void print(const char* name, double value, const char* unit) { printf("%s %.1f %s\n", name, value, unit); }

void fail(const char* what) {
    perror(what);
    exit(1);
}

void make_room(void) {
    if (!data && !(data = calloc(1, ROOM))) fail("no memory");
}

static int open_socket(int type, char** host_port) {
    struct sockaddr_in a;
    const int fd = socket(AF_INET, type, 0);
    make_room();
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons((in_port_t)atoi(host_port[1]));
    if (inet_pton(AF_INET, host_port[0], &a.sin_addr) != 1) fail(host_port[0]);
    if (fd < 0 || connect(fd, (struct sockaddr*)&a, sizeof a) < 0) fail("cannot connect");
    return fd;
}

int open_datagram(char** host_port, int milliseconds) {
    const int fd = open_socket(SOCK_DGRAM, host_port);
    const struct timeval most = {milliseconds / 1000, milliseconds % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    return fd;
}

int open_stream(char** host_port) {
    const int fd = open_socket(SOCK_STREAM, host_port), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int usage(FILE* out) {
    fprintf(out, "usage:\n");
    for (size_t i = 0; i < COUNT; i++)
        fprintf(out, "  guestbench %-12s %s\n", measurements[i].name, measurements[i].words);
    return out == stderr;
}

int main(int argc, char** argv) {
    MARK(0);                                                    /* the plugin prepares to count */
    if (argc == 2 && strcmp(argv[1], "nothing") == 0) return 0; /* the program of `exec` */
    if (argc == 2 && strcmp(argv[1], "--help") == 0) return usage(stdout);
    for (size_t i = 0; i < COUNT; i++) {
        if (argc < 2 || strcmp(argv[1], measurements[i].name) != 0 || argc != 2 + measurements[i].count)
            continue;
        measurements[i].run(argv + 2);
        return 0;
    }
    return usage(stderr);
}
