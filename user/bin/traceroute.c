/* traceroute: lists the routers on the path to a host. It sends echo requests with a TTL of 1, 2, 3 ...; the
 * router where the TTL expires answers with an ICMP time exceeded message, whose source is its address. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "traceroute [-m HOPS] [-q PROBES] [-w MS] HOST      lists the routers on the path to HOST\n"
    "  Default: at most 30 hops, 3 probes per hop, 1000 ms to answer.";

enum { ECHO_REPLY = 0, UNREACHABLE = 3, ECHO_REQUEST = 8, TIME_EXCEEDED = 11 };

struct icmp {
    uint8_t type, code;
    uint16_t checksum, identifier, sequence; /* network byte order */
};

static long most_hops = 30, probes = 3, wait_ms = 1000;

static long now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The sequence number of the request that a message answers, or -1. An error message quotes the request, with
 * its IP header in front. */
static int sequence_of(const uint8_t* data, ssize_t n) {
    struct icmp m;
    if (n < (ssize_t)sizeof m) return -1;
    memcpy(&m, data, sizeof m);
    if (m.type == TIME_EXCEEDED || m.type == UNREACHABLE) {
        const ssize_t header = n > 8 ? (data[8] & 15) * 4 : 0;
        if (header < 20 || n < 8 + header + (ssize_t)sizeof m) return -1;
        memcpy(&m, data + 8 + header, sizeof m);
    }
    return ntohs(m.sequence);
}

/* Returns the ICMP type of the answer to this request, its sender in *from; -1: none came in time. */
static int wait_for_answer(int fd, int sequence, struct sockaddr_in* from) {
    const long deadline = now_us() + wait_ms * 1000;
    for (;;) {
        struct pollfd p = {fd, POLLIN, 0};
        const long left = deadline - now_us();
        if (left <= 0 || poll(&p, 1, (int)((left + 999) / 1000)) <= 0) return -1;
        uint8_t data[1500];
        socklen_t length = sizeof *from;
        const ssize_t n = recvfrom(fd, data, sizeof data, 0, (struct sockaddr*)from, &length);
        if (n < 0) return -1;
        if (sequence_of(data, n) == sequence) return data[0];
    }
}

/* Sends one probe. Returns 1 if the host itself answered. */
static int probe(int fd, const struct sockaddr_in* to, int sequence, struct in_addr* last) {
    uint8_t request[40] = {ECHO_REQUEST};
    const uint16_t number = htons(sequence);
    struct sockaddr_in from;
    memcpy(request + 6, &number, sizeof number);
    const long start = now_us();
    if (sendto(fd, request, sizeof request, 0, (const struct sockaddr*)to, sizeof *to) < 0)
        die("cannot send: %s", strerror(errno));
    const int type = wait_for_answer(fd, sequence, &from);
    const long us = now_us() - start;
    if (type < 0) {
        printf("  *");
        return 0;
    }
    if (from.sin_addr.s_addr != last->s_addr) printf("  %s", inet_ntoa(from.sin_addr));
    *last = from.sin_addr;
    printf("  %ld.%03ld ms%s", us / 1000, us % 1000, type == UNREACHABLE ? " (unreachable)" : "");
    return type == ECHO_REPLY || type == UNREACHABLE;
}

static struct sockaddr_in look_up(const char* host) {
    struct addrinfo hints, *found;
    struct sockaddr_in to;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_DGRAM;
    const int error = getaddrinfo(host, NULL, &hints, &found);
    if (error) die("%s: %s", host, gai_strerror(error));
    memcpy(&to, found->ai_addr, sizeof to);
    freeaddrinfo(found);
    return to;
}

static void parse(int argc, char** argv) {
    int letter;
    while ((letter = getopt(argc, argv, "m:q:w:")) != -1) {
        const int good = letter == 'm'   ? parse_number(optarg, 1, 255, &most_hops)
                         : letter == 'q' ? parse_number(optarg, 1, 10, &probes)
                         : letter == 'w' ? parse_number(optarg, 1, 60000, &wait_ms)
                                         : 0;
        if (!good) bad_usage(usage);
    }
    if (optind + 1 != argc) bad_usage(usage);
}

int main(int argc, char** argv) {
    const int on = 1;
    help_if_asked(argc, argv, usage);
    parse(argc, argv);
    const struct sockaddr_in to = look_up(argv[optind]);
    const int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    printf("traceroute to %s (%s), %ld hops max\n", argv[optind], inet_ntoa(to.sin_addr), most_hops);
    for (int hop = 1, sequence = 0; hop <= most_hops; hop++) {
        struct in_addr last = {0};
        int arrived = 0;
        setsockopt(fd, IPPROTO_IP, IP_TTL, &hop, sizeof hop);
        printf("%2d", hop);
        for (long i = 0; i < probes; i++) arrived |= probe(fd, &to, ++sequence, &last);
        printf("\n");
        if (arrived) return 0;
    }
    return 1;
}
