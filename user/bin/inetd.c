/* inetd: the classic services echo, discard, daytime and chargen (RFC 862 to 867) on their TCP and UDP ports,
 * and echo on vsock.
 * One process serves all connections with poll() and non-blocking sockets: no connection can block another.
 */
#include <errno.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "inetd [SERVICE...]      serves echo (7), discard (9), daytime (13) and chargen (19), or those named\n"
    "  Echo is on vsock port 7 as well, if there is a vsock device.\n"
    "  It runs until it is killed: start it with `inetd &`";

enum { MOST = 100, ROOM = 4096, IDLE_SECONDS = 60 };

static const struct {
    const char* name;
    unsigned short port;
} services[] = {{"echo", 7}, {"discard", 9}, {"daytime", 13}, {"chargen", 19}};
enum { ECHO, DISCARD, DAYTIME, CHARGEN, SERVICES };

/* One for each entry of the poll set. */
struct entry {
    int service;
    enum { LISTENER, DATAGRAMS, CONNECTION } kind;
    size_t at, end; /* the part of data[] that is still to be sent */
    int no_more;    /* the peer has closed its direction */
    long deadline;  /* a connection that is idle until then is closed */
    char* data;
};

static struct pollfd fds[MOST];
static struct entry entries[MOST];
static int count;

static long now_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* chargen (RFC 864): lines of 72 characters, each shifted by one character. */
static size_t make_lines(char* to, size_t room) {
    size_t n = 0;
    for (int line = 0; n + 74 <= room && line < 20; line++) {
        for (int i = 0; i < 72; i++) to[n++] = (char)(' ' + (line + i) % 95);
        to[n++] = '\r';
        to[n++] = '\n';
    }
    return n;
}

static size_t make_time(char* to, size_t room) {
    const time_t now = time(NULL);
    return strftime(to, room, "%A, %B %d, %Y %T-UTC\r\n", gmtime(&now));
}

static void add(int fd, int service, int kind) {
    fds[count] = (struct pollfd){fd, POLLIN, 0};
    entries[count] =
        (struct entry){.service = service, .kind = kind, .deadline = now_seconds() + IDLE_SECONDS};
    if (kind == CONNECTION && !(entries[count].data = malloc(ROOM))) {
        close(fd);
        return;
    }
    if (kind == CONNECTION && service >= DAYTIME) fds[count].events = POLLOUT;
    count++;
}

static void drop(int i) {
    close(fds[i].fd);
    free(entries[i].data);
    count--;
    fds[i] = fds[count];
    entries[i] = entries[count];
}

static int open_port(int service, int type) {
    const int one = 1;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(services[service].port)};
    const int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr*)&here, sizeof here) < 0)
        die("cannot bind port %u: %s", services[service].port, strerror(errno));
    if (type == SOCK_STREAM && listen(fd, SOMAXCONN) < 0) die("cannot listen: %s", strerror(errno));
    return fd;
}

/* -1: there is no vsock device. */
static int open_vsock_port(int service) {
    struct sockaddr_vm here = {
        .svm_family = AF_VSOCK, .svm_port = services[service].port, .svm_cid = VMADDR_CID_ANY};
    const int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 && (errno == EAFNOSUPPORT || errno == ENODEV)) return -1;
    if (fd < 0) die("cannot open a vsock socket: %s", strerror(errno));
    if (bind(fd, (struct sockaddr*)&here, sizeof here) < 0)
        die("cannot bind vsock port %u: %s", services[service].port, strerror(errno));
    if (listen(fd, SOMAXCONN) < 0) die("cannot listen: %s", strerror(errno));
    return fd;
}

/* If there is no room for one more connection, closes the one that has been idle for longest. */
static void make_room(void) {
    int silent = -1;
    if (count < MOST) return;
    for (int i = 0; i < count; i++) {
        const int longer = silent < 0 || entries[i].deadline < entries[silent].deadline;
        if (entries[i].kind == CONNECTION && longer) silent = i;
    }
    drop(silent);
}

static void accept_one(int i) {
    const int fd = accept4(fds[i].fd, NULL, NULL, SOCK_NONBLOCK), service = entries[i].service;
    if (fd < 0) return;
    make_room();
    add(fd, service, CONNECTION);
}

static void answer_datagram(int i) {
    static char data[65507]; /* the longest datagram */
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t n = recvfrom(fds[i].fd, data, sizeof data, 0, (struct sockaddr*)&from, &length);
    if (n < 0) return;
    /* A forged source port of such a service must not make two of them answer each other for ever. */
    if (ntohs(from.sin_port) < 1024) return;
    switch (entries[i].service) {
        case DISCARD: return;
        case DAYTIME: n = (ssize_t)make_time(data, sizeof data); break;
        case CHARGEN: n = (ssize_t)make_lines(data, 512); break;
    }
    sendto(fds[i].fd, data, (size_t)n, 0, (struct sockaddr*)&from, length);
}

/* Returns 0 if the connection has ended. */
static int receive(struct entry* e, int fd) {
    const ssize_t n = read(fd, e->data, ROOM);
    if (n < 0) return errno == EAGAIN;
    if (n == 0) e->no_more = 1;
    e->at = 0;
    e->end = e->service == ECHO ? (size_t)n : 0;
    return n > 0;
}

static int send_some(struct entry* e, int fd) {
    if (e->at == e->end && e->service == CHARGEN) e->at = 0, e->end = make_lines(e->data, ROOM);
    if (e->at == e->end && e->service == DAYTIME)
        e->at = 0, e->end = make_time(e->data, ROOM), e->no_more = 1;
    const ssize_t n = write(fd, e->data + e->at, e->end - e->at);
    if (n < 0) return errno == EAGAIN;
    e->at += (size_t)n;
    return e->at < e->end || !e->no_more;
}

/* Sends before it receives: nothing is read from a client that does not read. Returns 0 if the connection is
 * over. */
static int serve(struct entry* e, struct pollfd* p) {
    if (p->revents & (POLLERR | POLLNVAL)) return 0;
    if (p->revents & POLLOUT && !send_some(e, p->fd)) return 0;
    if (p->revents & POLLIN && e->at == e->end && !receive(e, p->fd)) return 0;
    if (p->revents == POLLHUP) return 0;
    if (p->revents) e->deadline = now_seconds() + IDLE_SECONDS;
    p->events = e->at < e->end || e->service >= DAYTIME ? POLLOUT : POLLIN;
    return 1;
}

/* Listeners and datagram sockets come first in fds[], so dropping a connection does not move them. */
static void turn(void) {
    const int some_connected = entries[count - 1].kind == CONNECTION;
    if (poll(fds, (nfds_t)count, some_connected ? 1000 : -1) < 0) die("poll: %s", strerror(errno));
    const long now = now_seconds();
    for (int i = count - 1; i >= 0; i--) {
        struct entry* e = &entries[i];
        if (e->kind == CONNECTION && (now >= e->deadline || !serve(e, &fds[i])))
            drop(i);
        else if (e->kind == LISTENER && fds[i].revents)
            accept_one(i);
        else if (e->kind == DATAGRAMS && fds[i].revents)
            answer_datagram(i);
    }
}

static int is_service(const char* name) {
    for (int s = 0; s < SERVICES; s++) {
        if (strcmp(services[s].name, name) == 0) return 1;
    }
    return 0;
}

static int wanted(const char* name, int argc, char** argv) {
    for (int i = optind; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) return 1;
    }
    return optind == argc;
}

int main(int argc, char** argv) {
    signal(SIGPIPE, SIG_IGN); /* a peer that has gone is an error of write() */
    help_if_asked(argc, argv, usage);
    if (getopt(argc, argv, "") != -1) bad_usage(usage);
    for (int i = optind; i < argc; i++) {
        if (!is_service(argv[i])) die("there is no service %s (echo, discard, daytime, chargen)", argv[i]);
    }
    for (int s = 0; s < SERVICES; s++) {
        if (!wanted(services[s].name, argc, argv)) continue;
        add(open_port(s, SOCK_STREAM), s, LISTENER);
        add(open_port(s, SOCK_DGRAM), s, DATAGRAMS);
        const int vsock = s == ECHO ? open_vsock_port(s) : -1;
        if (vsock >= 0) add(vsock, s, LISTENER);
    }
    for (;;) turn();
}
