/* tcptests: for tests of TCP whose peer is a script (tests/qemu/test_tcp.py). It does one thing and prints
 * the result. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "tcptests connect HOST PORT MS         connects with a TCP_USER_TIMEOUT of MS\n"
    "       tcptests write HOST PORT MS           connects, then writes until write() fails\n"
    "       tcptests again HOST PORT ATTEMPTS     calls connect() on one socket until it succeeds\n"
    "       tcptests wait CALL HOST PORT          connects, then blocks in read, write, poll, connect or "
    "accept\n"
    "       tcptests keep HOST PORT PROBES        connects and reads; at most PROBES keepalives go "
    "unanswered\n"
    "       tcptests hold COUNT PORT              accepts COUNT connections and keeps each until it ends";

static char data[65536];

static struct sockaddr_in address_of(const char* host, const char* port) {
    struct addrinfo hints, *found;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = host ? 0 : AI_PASSIVE;
    const int error = getaddrinfo(host, port, &hints, &found);
    if (error) die("%s port %s: %s", host ? host : "*", port, gai_strerror(error));
    const struct sockaddr_in a = *(struct sockaddr_in*)found->ai_addr;
    freeaddrinfo(found);
    return a;
}

static int open_socket(void) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    return fd;
}

static int try_connect(int fd, const char* host, const char* port) {
    const struct sockaddr_in to = address_of(host, port);
    const int result = connect(fd, (const struct sockaddr*)&to, sizeof to);
    printf("connect: %s\n", result < 0 ? strerror(errno) : "done");
    return result;
}

static int listen_on(const char* port) {
    const int one = 1, fd = open_socket();
    const struct sockaddr_in here = address_of(NULL, port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (const struct sockaddr*)&here, sizeof here) < 0 || listen(fd, 128) < 0)
        die("port %s: %s", port, strerror(errno));
    return fd;
}

static void set(int fd, int level, int name, long value) {
    const int as_int = (int)value;
    if (setsockopt(fd, level, name, &as_int, sizeof as_int) < 0) die("%s", strerror(errno));
}

static void write_until_it_fails(int fd) {
    while (write(fd, data, sizeof data) > 0) continue;
    printf("write: %s\n", strerror(errno));
}

static int patience(int writes, const char* host, const char* port, const char* text) {
    long ms;
    if (!parse_number(text, 1, 1000000, &ms)) bad_usage(usage);
    const int fd = open_socket();
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, ms);
    if (try_connect(fd, host, port) == 0 && writes) write_until_it_fails(fd);
    return 0;
}

static int again(const char* host, const char* port, const char* text) {
    long attempts;
    if (!parse_number(text, 1, 1000, &attempts)) bad_usage(usage);
    const int fd = open_socket();
    while (attempts-- > 0) {
        if (try_connect(fd, host, port) == 0) return 0;
    }
    return 1;
}

static int wait_in(const char* call, const char* host, const char* port) {
    if (strcmp(call, "accept") == 0) {
        accept(listen_on(port), NULL, NULL);
        return 0;
    }
    const int fd = open_socket();
    if (try_connect(fd, host, port) < 0) return 1;
    struct pollfd entry = {fd, POLLIN, 0};
    if (strcmp(call, "read") == 0) return (int)read(fd, data, sizeof data);
    if (strcmp(call, "poll") == 0) return poll(&entry, 1, -1);
    if (strcmp(call, "write") == 0) write_until_it_fails(fd);
    return 0;
}

static int keep(const char* host, const char* port, const char* text) {
    long probes;
    ssize_t n;
    if (!parse_number(text, 1, 100, &probes)) bad_usage(usage);
    const int fd = open_socket();
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, probes);
    if (try_connect(fd, host, port) < 0) return 1;
    while ((n = read(fd, data, sizeof data)) > 0) printf("read: %ld bytes\n", (long)n);
    printf("read: %s\n", n < 0 ? strerror(errno) : "the end");
    return 0;
}

/* One process holds up to 100 connections; hold() starts as many processes as needed. */
static void hold_some(int server, long count) {
    int fds[100];
    for (long i = 0; i < count; i++) {
        fds[i] = accept(server, NULL, NULL);
        if (fds[i] < 0) die("accept: %s", strerror(errno));
    }
    for (long i = 0; i < count; i++) {
        while (read(fds[i], data, sizeof data) > 0) continue;
        close(fds[i]);
    }
    exit(0);
}

static int hold(const char* text, const char* port) {
    long count;
    if (!parse_number(text, 1, 1500, &count)) bad_usage(usage);
    const int server = listen_on(port);
    int children = 0, status, failed = 0;
    for (; count > 0; count -= 100, children++) {
        const int pid = fork();
        if (pid < 0) die("fork: %s", strerror(errno));
        if (pid == 0) hold_some(server, count < 100 ? count : 100);
    }
    close(server);
    while (children-- > 0) failed |= wait(&status) < 0 || status != 0;
    return failed;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc == 4 && strcmp(argv[1], "hold") == 0) return hold(argv[2], argv[3]);
    if (argc != 5) bad_usage(usage);
    if (strcmp(argv[1], "connect") == 0) return patience(0, argv[2], argv[3], argv[4]);
    if (strcmp(argv[1], "write") == 0) return patience(1, argv[2], argv[3], argv[4]);
    if (strcmp(argv[1], "again") == 0) return again(argv[2], argv[3], argv[4]);
    if (strcmp(argv[1], "keep") == 0) return keep(argv[2], argv[3], argv[4]);
    if (strcmp(argv[1], "wait") == 0) return wait_in(argv[2], argv[3], argv[4]);
    bad_usage(usage);
}
