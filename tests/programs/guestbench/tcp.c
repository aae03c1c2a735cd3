/* TCP: throughput, round trips and connections. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guestbench.h"

#define WARM_UP 8 /* times 64 KiB: then the windows are open */
#define SEGMENT 1460

static void write_pieces(int fd, long n) {
    for (long i = 0; i < n; i++)
        for (size_t at = 0; at < (size_t)ROOM;) {
            const ssize_t written = write(fd, data + at, ROOM - at);
            if (written <= 0) fail("write");
            at += (size_t)written;
        }
}

static void read_bytes(int fd, long bytes) {
    while (bytes > 0) {
        const ssize_t n = read(fd, data, ROOM);
        if (n <= 0) fail("the other end has closed the connection");
        bytes -= (long)n;
    }
}

/* The other end closes when it has read all. */
static void finish(int fd) {
    shutdown(fd, SHUT_WR);
    while (read(fd, data, ROOM) > 0) continue;
    close(fd);
}

void tcp_send(char** words) {
    const int fd = open_stream(words);
    const long n = atol(words[2]);
    write_pieces(fd, WARM_UP);
    begin();
    write_pieces(fd, n);
    finish(fd);
    const long long ns = elapsed();
    end(n);
    print("tcp_send_rate", (double)n * ROOM * 1e3 / (double)ns, "MB/s");
}

void tcp_receive(char** words) {
    const int fd = open_stream(words);
    const long bytes = atol(words[2]) * ROOM;
    read_bytes(fd, WARM_UP * ROOM);
    begin();
    read_bytes(fd, bytes);
    const long long ns = elapsed();
    end(bytes / SEGMENT);
    print("tcp_receive_rate", (double)bytes * 1e3 / (double)ns, "MB/s");
}

static void bytes_to_and_fro(int fd, long n) {
    for (long i = 0; i < n; i++)
        if (write(fd, data, 1) != 1 || read(fd, data, 1) != 1) fail("the other end does not echo");
}

void tcp_echo(char** words) {
    const int fd = open_stream(words);
    const long n = atol(words[2]);
    bytes_to_and_fro(fd, 50);
    begin();
    bytes_to_and_fro(fd, n);
    const long long ns = elapsed();
    end(n);
    print("tcp_echo_time", (double)ns / (double)n / 1e3, "us");
}

void tcp_connect(char** words) {
    const long n = atol(words[2]);
    for (int i = 0; i < 10; i++) close(open_stream(words));
    begin();
    for (long i = 0; i < n; i++) close(open_stream(words));
    const long long ns = elapsed();
    end(n);
    print("tcp_connect_rate", (double)n * 1e9 / (double)ns, "connections/s");
}

/* Forks a reader, which reads until the connection ends. Returns the other end. */
static int open_loopback(void) {
    struct sockaddr_in a;
    socklen_t length = sizeof a;
    const int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    make_room();
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr*)&a, sizeof a) < 0 || listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr*)&a, &length) < 0)
        fail("cannot listen");
    if (fork() == 0) {
        close(fd);
        const int from = accept(listener, NULL, NULL);
        while (read(from, data, ROOM) > 0) continue;
        _exit(0);
    }
    if (connect(fd, (struct sockaddr*)&a, sizeof a) < 0) fail("cannot connect");
    close(listener);
    return fd;
}

void tcp_loopback(char** words) {
    const int fd = open_loopback();
    const long n = atol(words[0]);
    write_pieces(fd, WARM_UP);
    begin();
    write_pieces(fd, n);
    finish(fd);
    wait(NULL);
    const long long ns = elapsed();
    end(n);
    print("tcp_loopback_rate", (double)n * ROOM * 1e3 / (double)ns, "MB/s");
}
