/* Several processes that send at the same time: what a second hart is worth. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guestbench.h"

#define WARM_UP 200

/* Forks `count` processes. Each opens its socket, warms up and waits for the others. Then all run at once. */
static void together(long count, int (*open)(char**), void (*work)(int fd, long n, size_t size), char** words,
                     long n, size_t size) {
    int ready[2], go[2];
    char byte = 0;
    if (count < 1 || pipe(ready) < 0 || pipe(go) < 0) fail("together");
    for (long i = 0; i < count; i++) {
        const int pid = fork();
        if (pid < 0) fail("fork");
        if (pid > 0) continue;
        const int fd = open(words);
        work(fd, WARM_UP, size);
        close(go[1]);
        if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 0) fail("pipe");
        work(fd, n, size);
        _exit(0);
    }
    close(ready[1]);
    for (long i = 0; i < count; i++)
        if (read(ready[0], &byte, 1) != 1) fail("a sender");
    close(go[0]);
    begin();
    close(go[1]);
    int failed = 0, status;
    for (long i = 0; i < count; i++) failed += wait(&status) < 0 || status != 0;
    const long long ns = elapsed();
    end(n * count);
    if (failed) fail("a sender");
    print("senders_rate", (double)(n * count) * 1e9 / (double)ns, "packets/s");
}

static int open_to_sink(char** words) { return open_datagram(words, 500); }

static void send_many(int fd, long n, size_t size) {
    for (long i = 0; i < n; i++)
        while (send(fd, data, size, 0) < 0)
            if (errno != ENOBUFS && errno != EAGAIN) fail("send");
}

void udp_senders(char** words) {
    together(atol(words[4]), open_to_sink, send_many, words, atol(words[2]), (size_t)atol(words[3]));
}

/* A socket that is connected to itself. */
static int open_to_itself(char** words) {
    struct sockaddr_in a;
    socklen_t length = sizeof a;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    (void)words;
    make_room();
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr*)&a, sizeof a) < 0 || getsockname(fd, (struct sockaddr*)&a, &length) < 0 ||
        connect(fd, (struct sockaddr*)&a, sizeof a) < 0)
        fail("loopback");
    return fd;
}

/* Receives what is there, after each datagram. What is not there yet comes with a later one. */
static void send_and_receive(int fd, long n, size_t size) {
    for (long i = 0; i < n; i++) {
        if (send(fd, data, size, 0) < 0 && errno != ENOBUFS) fail("send");
        if (recv(fd, data, size, MSG_DONTWAIT) < 0 && errno != EAGAIN) fail("recv");
    }
}

void udp_loopback(char** words) {
    together(atol(words[2]), open_to_itself, send_and_receive, words, atol(words[0]), (size_t)atol(words[1]));
}
