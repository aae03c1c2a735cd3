/* UDP: how fast datagrams are sent and received, and how long a round trip takes. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guestbench.h"

#define WARM_UP 50
#define ANSWER  500 /* ms, within which an answer comes */

void first_reply(char** words) {
    const int fd = open_datagram(words, 5);
    do send(fd, data, 64, 0);
    while (recv(fd, data, ROOM, 0) < 0);
    puts("the first reply is here");
}

/* One round trip. A late answer to an earlier datagram is passed over. */
static int round_trip(int fd, size_t size, uint32_t number) {
    uint32_t back;
    memcpy(data, &number, sizeof number);
    if (send(fd, data, size, 0) < 0) return 0;
    for (;;) {
        if (recv(fd, data, size, 0) < 0) return 0;
        memcpy(&back, data, sizeof back);
        if (back == number) return 1;
    }
}

static int by_value(const void* a, const void* b) {
    const long long x = *(const long long*)a, y = *(const long long*)b;
    return (x > y) - (x < y);
}

void udp_echo(char** words) {
    const int fd = open_datagram(words, ANSWER);
    const long n = atol(words[2]);
    const size_t size = (size_t)atol(words[3]);
    long long* times = malloc((size_t)n * sizeof *times);
    long long before = 0;
    long got = 0;
    if (!times || size < 4) fail("udp-echo");
    for (uint32_t i = 0; i < WARM_UP; i++) round_trip(fd, size, UINT32_MAX - i);
    begin();
    for (long i = 0; i < n; i++) {
        const int answered = round_trip(fd, size, (uint32_t)i);
        const long long now = elapsed();
        if (answered) times[got++] = now - before;
        before = now;
    }
    end(n);
    print("udp_echo_lost", (double)(n - got), "round trips");
    if (got == 0) fail("no answer");
    qsort(times, (size_t)got, sizeof *times, by_value);
    print("udp_echo_median", (double)times[got / 2] / 1e3, "us");
    print("udp_echo_p99", (double)times[got * 99 / 100] / 1e3, "us");
}

/* How many datagrams the sink has counted since it was asked last. */
static long ask_sink(int fd) {
    char text[24];
    for (int tries = 0; tries < 8; tries++) {
        send(fd, "COUNT?", 6, 0);
        const ssize_t n = recv(fd, text, sizeof text - 1, 0);
        if (n <= 0) continue;
        text[n] = '\0';
        return atol(text);
    }
    fail("the sink does not answer");
    return 0;
}

static void send_many(int fd, long n, size_t size) {
    for (long i = 0; i < n; i++)
        while (send(fd, data, size, 0) < 0)
            if (errno != ENOBUFS && errno != EAGAIN) fail("send");
}

/* The last packets may still wait in a queue when send() returns: the plugin counts until they have left. */
void udp_send(char** words) {
    const int fd = open_datagram(words, ANSWER);
    const long n = atol(words[2]);
    const size_t size = (size_t)atol(words[3]);
    ask_sink(fd);
    send_many(fd, WARM_UP, size);
    usleep(20000);
    ask_sink(fd);
    begin();
    send_many(fd, n, size);
    const long long ns = elapsed();
    usleep(20000);
    end(n);
    usleep(200000);
    print("udp_send_rate", (double)n * 1e9 / (double)ns, "packets/s");
    print("udp_send_lost", (double)(n - ask_sink(fd)), "packets");
}

/* The source begins each datagram with 'D', and the one that says that it has sent all with 'E'. */
void udp_receive(char** words) {
    const int fd = open_datagram(words, ANSWER), room = 1 << 18;
    const long n = atol(words[2]);
    char request[64];
    long got = 0;
    long long last = 0;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    snprintf(request, sizeof request, "GO %s %s %s", words[2], words[3], words[4]);
    send(fd, request, strlen(request), 0);
    begin();
    while (recv(fd, data, ROOM, 0) > 0 && data[0] == 'D') {
        if (got++ == 0) begin();
        last = elapsed();
    }
    end(got);
    print("udp_receive_lost", (double)(n - got), "packets");
    print("udp_receive_rate", got > 1 ? (double)(got - 1) * 1e9 / (double)last : 0, "packets/s");
}
