/* nc: copies between standard input and output at one end and TCP, UDP, vsock or a UNIX socket at the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "manners.h"
#include "nx6.h"

static const char usage[] =
    "nc [-u] [-w SECONDS] [-z] HOST PORT    connects\n"
    "       nc -l [-u] [-k] [-w SECONDS] PORT      listens for one connection; -k: for one after the other\n"
    "       nc vsock:CID:PORT, nc -l vsock:PORT    the same over vsock; CID 2 is the host\n"
    "       nc -U PATH, nc -U -l PATH              the same over a UNIX socket; -l creates PATH\n"
    "  -u  UDP instead of TCP      -w  ends when nothing happens for that time\n"
    "  -z  connects and closes: checks whether the port answers";

static int udp, listening, keep, probe, local;
static long idle_seconds;

static int timeout_ms(void) { return idle_seconds ? (int)idle_seconds * 1000 : -1; }

static int is_vsock(const char* text) { return strncmp(text, "vsock:", 6) == 0; }

static char place[128]; /* as in messages */

/* A vsock address, in the form of those that getaddrinfo() finds. */
static struct addrinfo* vsock_place(const char* text) {
    static struct sockaddr_vm address;
    static struct addrinfo only = {.ai_family = AF_VSOCK,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_addrlen = sizeof address,
                                   .ai_addr = (struct sockaddr*)&address};
    if (!parse_vsock(text, &address)) die("%s is not a vsock address such as vsock:2:5000", text);
    return &only;
}

static struct addrinfo* path_place(const char* path) {
    static struct sockaddr_un address = {.sun_family = AF_UNIX};
    static struct addrinfo only = {.ai_family = AF_UNIX,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_addrlen = sizeof address,
                                   .ai_addr = (struct sockaddr*)&address};
    if (strlen(path) >= sizeof address.sun_path) die("the path is too long: %s", path);
    strcpy(address.sun_path, path);
    return &only;
}

/* The result is used until the program ends. */
static struct addrinfo* look_up(const char* host, const char* port) {
    struct addrinfo hints, *found;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = udp ? SOCK_DGRAM : SOCK_STREAM;
    hints.ai_flags = host ? 0 : AI_PASSIVE;
    const int error = getaddrinfo(host, port, &hints, &found);
    if (error) die("%s: %s", place, gai_strerror(error));
    return found;
}

static void write_all(int fd, const char* data, ssize_t n) {
    while (n > 0) {
        const ssize_t written = write(fd, data, (size_t)n);
        if (written < 0) die("cannot write: %s", strerror(errno));
        data += written;
        n -= written;
    }
}

/* Copies what the peer has sent to standard output. Returns 0 at its end. */
static int hear(int socket) {
    static char data[8192];
    const ssize_t n = read(socket, data, sizeof data);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n < 0) die("%s", strerror(errno));
    write_all(1, data, n);
    return n > 0 || udp;
}

/* What is to be sent: data[at] to data[end - 1]. */
static struct {
    char data[8192];
    ssize_t at, end;
    int is_all; /* end of standard input */
} words;

/* Returns 0 if the peer does not receive any more; that it has reset the connection is an error. */
static int say(int socket) {
    const ssize_t n = write(socket, words.data + words.at, (size_t)(words.end - words.at));
    if (n < 0 && errno == EPIPE) return 0;
    if (n < 0 && errno != EAGAIN) die("cannot send: %s", strerror(errno));
    if (n > 0) words.at += n;
    return 1;
}

static void read_words(void) {
    words.at = 0;
    words.end = read(0, words.data, sizeof words.data);
    if (words.end < 0) die("cannot read: %s", strerror(errno));
    words.is_all = words.end == 0;
}

/* Copies both directions. Writes to the peer do not block: it may itself be blocked until we read. At the end
 * of our input the sending direction is closed. When the peer has closed its direction, what is pending is
 * still sent. */
static void talk(int socket) {
    int deaf = 0;
    memset(&words, 0, sizeof words);
    fcntl(socket, F_SETFL, O_NONBLOCK);
    for (;;) {
        const int pending = words.at < words.end;
        struct pollfd fds[2] = {{socket, (short)((deaf ? 0 : POLLIN) | (pending ? POLLOUT : 0)), 0},
                                {pending || words.is_all ? -1 : 0, POLLIN, 0}};
        const int ready = poll(fds, 2, deaf && !pending ? 0 : timeout_ms());
        if (ready < 0) die("poll: %s", strerror(errno));
        if (ready == 0 || (deaf && fds[0].revents & (POLLHUP | POLLERR))) return;
        if (fds[0].revents & ~POLLOUT && !hear(socket)) deaf = 1;
        if (fds[0].revents & POLLOUT && pending && !say(socket)) return;
        if (!fds[1].revents) continue;
        read_words();
        if (words.is_all && !udp) shutdown(socket, SHUT_WR);
        if (words.is_all && udp && !idle_seconds && !listening) return;
    }
}

static int connect_to(struct addrinfo* found) {
    int fd = -1;
    for (struct addrinfo* a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (fd < 0) die("cannot open a socket: %s", strerror(errno));
        const struct timeval patience = {idle_seconds, 0}; /* applies to connect() too */
        if (idle_seconds) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) break;
        if (errno == EINPROGRESS) errno = ETIMEDOUT;
        close(fd);
        fd = -1;
    }
    if (fd < 0) die("cannot connect to %s: %s", place, strerror(errno));
    return fd;
}

static int open_server(const struct addrinfo* a) {
    const int one = 1;
    const int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, a->ai_addr, a->ai_addrlen) < 0) die("cannot bind %s: %s", place, strerror(errno));
    if (!udp && listen(fd, 1) < 0) die("cannot listen: %s", strerror(errno));
    return fd;
}

/* The sender of the first datagram becomes the peer. */
static void serve_udp(int fd) {
    char first[8192];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    const ssize_t n = recvfrom(fd, first, sizeof first, MSG_PEEK, (struct sockaddr*)&from, &length);
    if (n < 0) die("%s", strerror(errno));
    if (connect(fd, (struct sockaddr*)&from, length) < 0) die("%s", strerror(errno));
    talk(fd);
}

static void serve_streams(int server) {
    do {
        const int fd = accept(server, NULL, NULL);
        if (fd < 0) die("accept: %s", strerror(errno));
        talk(fd);
        close(fd);
    } while (keep);
}

int main(int argc, char** argv) {
    int letter;
    signal(SIGPIPE, SIG_IGN); /* a peer that has gone is an error of write() */
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "uUlkzw:")) != -1) {
        switch (letter) {
            case 'u': udp = 1; break;
            case 'U': local = 1; break;
            case 'l': listening = 1; break;
            case 'k': keep = 1; break;
            case 'z': probe = 1; break;
            case 'w':
                if (!parse_number(optarg, 1, 100000, &idle_seconds)) bad_usage(usage);
                break;
            default: bad_usage(usage);
        }
    }
    const char* first = argv[optind];
    const int vsock = first && !local && is_vsock(first), one_word = vsock || local;
    if (argc - optind != (listening || one_word ? 1 : 2) || (one_word && udp)) bad_usage(usage);
    const char *port = argv[argc - 1], *host = listening ? NULL : first;
    if (one_word)
        snprintf(place, sizeof place, "%s", first);
    else if (listening)
        snprintf(place, sizeof place, "port %s", port);
    else
        snprintf(place, sizeof place, "%s port %s", host, port);
    struct addrinfo* found = vsock ? vsock_place(first) : local ? path_place(first) : look_up(host, port);
    if (!listening) {
        const int fd = connect_to(found);
        if (probe)
            printf("%s answers\n", place);
        else
            talk(fd);
        return 0;
    }
    const int fd = open_server(found);
    if (udp)
        serve_udp(fd);
    else
        serve_streams(fd);
    return 0;
}
