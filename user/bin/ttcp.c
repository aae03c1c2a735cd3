/* ttcp: measures the throughput of TCP or vsock. One end sends, the other receives and discards. */
#include <errno.h>
#include <linux/vm_sockets.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "manners.h"
#include "nx6.h"

static const char usage[] =
    "ttcp -t [-n COUNT] [-l SIZE] [-p PORT] [-c NAME] [-d] HOST      sends COUNT buffers of SIZE bytes\n"
    "       ttcp -r [-l SIZE] [-p PORT]                             receives until the sender closes\n"
    "       ttcp -t vsock:CID:PORT, ttcp -r vsock:PORT              over vsock; CID 2 is the host\n"
    "  -n  default 1024      -l  default 16384      -p  default 5001\n"
    "  -c  congestion control, newreno or cubic      -d  TCP_NODELAY";

static long count = 1024, size = 16384, port = 5001;
static int sends, receives, no_delay;
static const char* congestion;

static long now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void report(int fd, const char* what, unsigned long bytes, long us) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    if (us == 0) us = 1;
    const unsigned long rate = bytes * 100 / (unsigned long)us; /* hundredths of MB/s */
    printf("%s %lu bytes in %ld.%03ld s: %lu.%02lu MB/s\n", what, bytes, us / 1000000, us / 1000 % 1000,
           rate / 100, rate % 100);
    memset(&info, 0, sizeof info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) return;
    printf("retransmitted segments: %u; congestion window %u bytes, RTT %u us, RTO %u us, MSS %u\n",
           info.tcpi_total_retrans, info.tcpi_snd_cwnd, info.tcpi_rtt, info.tcpi_rto, info.tcpi_snd_mss);
}

static int is_vsock(const char* text) { return strncmp(text, "vsock:", 6) == 0; }

/* The address of a host or of vsock; null: any of our own. Returns its length. */
static socklen_t look_up(const char* host, struct sockaddr_storage* to) {
    struct addrinfo hints, *found;
    char service[8];
    memset(to, 0, sizeof *to);
    if (host && is_vsock(host)) {
        if (!parse_vsock(host, (struct sockaddr_vm*)to))
            die("%s is not a vsock address such as vsock:2:5001", host);
        return sizeof(struct sockaddr_vm);
    }
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = host ? 0 : AI_PASSIVE;
    snprintf(service, sizeof service, "%ld", port);
    const int error = getaddrinfo(host, service, &hints, &found);
    if (error) die("%s: %s", host, gai_strerror(error));
    const socklen_t length = found->ai_addrlen;
    memcpy(to, found->ai_addr, length);
    freeaddrinfo(found);
    return length;
}

static int open_socket(const struct sockaddr_storage* address) {
    const int fd = socket(address->ss_family, SOCK_STREAM, 0);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    return fd;
}

/* What is at the other end, or here, for messages. */
static const char* place_of(const char* host) {
    static char text[128];
    if (host && is_vsock(host)) return host;
    if (host)
        snprintf(text, sizeof text, "%s port %ld", host, port);
    else
        snprintf(text, sizeof text, "port %ld", port);
    return text;
}

static int connect_to(const char* host) {
    const int one = 1;
    struct sockaddr_storage address;
    const socklen_t length = look_up(host, &address);
    const int fd = open_socket(&address);
    if (no_delay) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (congestion &&
        setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, congestion, (socklen_t)strlen(congestion)) < 0)
        die("there is no congestion control %s: use newreno or cubic", congestion);
    if (connect(fd, (struct sockaddr*)&address, length) < 0)
        die("cannot connect to %s: %s", place_of(host), strerror(errno));
    return fd;
}

static int accept_one(const char* host) {
    const int one = 1;
    struct sockaddr_storage address;
    const socklen_t length = look_up(host, &address);
    const int server = open_socket(&address);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr*)&address, length) < 0 || listen(server, 1) < 0)
        die("%s: %s", place_of(host), strerror(errno));
    const int fd = accept(server, NULL, NULL);
    if (fd < 0) die("accept: %s", strerror(errno));
    return fd;
}

static int send_to(const char* host) {
    const int fd = connect_to(host);
    char* data = calloc(1, (size_t)size);
    if (!data) die("out of memory");
    unsigned long bytes = 0;
    const long start = now_us();
    for (long i = 0; i < count; i++) {
        for (long at = 0; at < size;) {
            const ssize_t n = write(fd, data + at, (size_t)(size - at));
            if (n < 0) die("after %lu bytes: %s", bytes, strerror(errno));
            at += n;
            bytes += (unsigned long)n;
        }
    }
    shutdown(fd, SHUT_WR);
    char end;
    if (read(fd, &end, 1) < 0) die("at the end: %s", strerror(errno)); /* the receiver has all bytes */
    report(fd, "sent", bytes, now_us() - start);
    return 0;
}

static int receive(const char* host) {
    const int fd = accept_one(host);
    char* data = malloc((size_t)size);
    if (!data) die("out of memory");
    unsigned long bytes = 0;
    const long start = now_us();
    ssize_t n;
    while ((n = read(fd, data, (size_t)size)) > 0) bytes += (unsigned long)n;
    if (n < 0) die("after %lu bytes: %s", bytes, strerror(errno));
    report(fd, "received", bytes, now_us() - start);
    return 0;
}

int main(int argc, char** argv) {
    int letter;
    signal(SIGPIPE, SIG_IGN); /* a peer that has gone is an error of write() */
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "trdn:l:p:c:")) != -1) {
        int good = 1;
        switch (letter) {
            case 't': sends = 1; break;
            case 'r': receives = 1; break;
            case 'd': no_delay = 1; break;
            case 'n': good = parse_number(optarg, 1, 100000000, &count); break;
            case 'l': good = parse_number(optarg, 1, 1 << 20, &size); break;
            case 'p': good = parse_number(optarg, 1, 65535, &port); break;
            case 'c': congestion = optarg; break;
            default: good = 0;
        }
        if (!good) bad_usage(usage);
    }
    const char* host = argv[optind];
    const int hosts = host && is_vsock(host) ? 1 : sends; /* as many as it needs */
    if (sends == receives || argc - optind != hosts) bad_usage(usage);
    return sends ? send_to(host) : receive(host);
}
