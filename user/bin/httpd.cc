// httpd: a web server. The files of the root directory, and at /status a page with the machine's live
// counters.
//
// One process serves all connections (httpd/connection.h) and waits for all of them with one poll().
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "httpd/connection.h"
#include "manners.h"

namespace {

using httpd::Connection;

const char kUsage[] =
    "httpd [-p PORT]      serves files (/files lists them) and /status on port 80\n"
    "  It runs until it is killed: `httpd &`";

constexpr int kMost = 110;  // connections; descriptors for files are needed too

Connection connections[kMost];
pollfd fds[kMost + 1];  // the listener behind them
httpd::Served served;

long now_ms() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1'000'000;
}

int open_listener(long port) {
    const int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(port);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0 || listen(fd, SOMAXCONN) < 0)
        die("port %ld: %s; -p takes another one", port, strerror(errno));
    return fd;
}

// A free place; if there is none, that of the client which has been idle for longest.
Connection* find_place() {
    Connection* oldest = nullptr;
    for (Connection& c : connections) {
        if (!c.is_open()) return &c;
        if (c.is_idle() && (!oldest || c.deadline() < oldest->deadline())) oldest = &c;
    }
    return oldest;
}

// Whoever finds no place waits in the listener's queue, which is bounded too.
void accept_all(int listener, long now) {
    const int one = 1;
    while (Connection* place = find_place()) {
        const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (fd < 0) return;
        if (place->is_open()) place->close();
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        place->open(fd, now);
    }
}

// Deadlines are looked at every second. Without a place for one more client, the listener is left alone
// until a deadline has made one.
void turn(int listener) {
    int open = 0;
    bool room = false;
    for (int i = 0; i < kMost; i++) {
        const Connection& c = connections[i];
        fds[i] = {c.fd(), c.events(), 0};
        open += c.is_open();
        room |= !c.is_open() || c.is_idle();
    }
    served.connections = open;
    fds[kMost] = {room ? listener : -1, POLLIN, 0};
    if (poll(fds, kMost + 1, open ? 1000 : -1) < 0) die("poll: %s", strerror(errno));
    const long now = now_ms();
    for (int i = 0; i < kMost; i++) {
        if (connections[i].is_open()) connections[i].serve(served, fds[i].revents, now);
    }
    if (fds[kMost].revents) accept_all(listener, now);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long port = 80;
    for (int letter; (letter = getopt(argc, argv, "p:")) != -1;) {
        if (letter != 'p' || !parse_number(optarg, 1, 65535, &port)) bad_usage(kUsage);
    }
    if (optind != argc) bad_usage(kUsage);
    const int listener = open_listener(port);
    for (;;) turn(listener);
}
