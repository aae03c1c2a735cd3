// httpd: a web server. It serves the files of the root directory, and at /status a page with live counters.
//
// One process serves all connections (httpd/connection.h) and waits for all of them with one poll().
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "abi/param.h"
#include "connection.h"
#include "manners.h"
#include "places.h"

namespace {

using httpd::Connection;

const char kUsage[] =
    "httpd [-p PORT]      serves files (/files lists them) and /status on PORT (default 80)\n"
    "  It runs until it is killed: start it with `httpd &`";

// Each client needs a descriptor, and a second one while it gets a file: so none gets a 503 because
// descriptors run out. The rest are the console, the listener, a new client, and the files of the directory
// being listed.
constexpr int kMost = (NOFILE - 8) / 2;
constexpr long kDeadlinesMs = 1000;  // how often deadlines are checked
constexpr int kMemoryMs = 10;        // how often clients are retried for which there was no mbuf

Connection clients[kMost];  // the first `count` are in use
int count;
pollfd fds[kMost + 1];  // one for each client, then the listener
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
        die("port %ld: %s; use -p for another port", port, strerror(errno));
    return fd;
}

// Moves the last client into the place of one that has closed.
void forget_closed(int i) {
    if (clients[i].is_open()) return;
    clients[i] = clients[--count];
    clients[count] = Connection();
}

void serve(int i, short revents, long now) {
    clients[i].serve(served, revents, now);
    forget_closed(i);
}

// A place for a new client: a free one, or that of a client that can be closed for it. -1: there is none.
int find_place(long now) {
    while (count == kMost) {
        const int who = httpd::who_gives_way(clients, count, now).who;
        if (who < 0 || clients[who].is_silent()) return who;
        serve(who, POLLIN, now);  // something has come since poll() looked
    }
    return count;
}

// Clients for which there is no place wait in the listener's queue, which is bounded.
void accept_all(int listener, long now) {
    const int one = 1;
    for (int place; (place = find_place(now)) >= 0;) {
        const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (fd < 0) return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (place == count)
            count++;
        else
            clients[place].close();
        clients[place].open(fd, now);
        forget_closed(place);
    }
}

// How long poll() may block: until the next deadline, until a client may be closed for a new one, or until
// memory is tried again.
int wait_ms(const httpd::Choice& choice, bool for_memory) {
    if (for_memory) return kMemoryMs;
    if (count == 0) return -1;
    return static_cast<int>(choice.who < 0 && choice.wait_ms < kDeadlinesMs ? choice.wait_ms : kDeadlinesMs);
}

// While there is no place for a new client, the listener is not polled.
void turn(int listener) {
    const long start = now_ms();
    const httpd::Choice choice =
        count < kMost ? httpd::Choice{count, 0} : httpd::who_gives_way(clients, count, start);
    bool for_memory = false;
    for (int i = 0; i < count; i++) {
        fds[i] = {clients[i].fd(), clients[i].events(), 0};
        for_memory |= clients[i].waits_for_memory();
    }
    pollfd& door = fds[count] = {choice.who < 0 ? -1 : listener, POLLIN, 0};
    served.connections = count;
    if (poll(fds, static_cast<nfds_t>(count) + 1, wait_ms(choice, for_memory)) < 0)
        die("poll: %s", strerror(errno));
    const long now = now_ms();
    for (int i = count; i-- > 0;) {  // backwards: the last takes the place of one that closes
        const Connection& c = clients[i];
        if (fds[i].revents || c.waits_for_memory() || now >= c.deadline()) serve(i, fds[i].revents, now);
    }
    if (door.revents) accept_all(listener, now);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long port = 80;
    for (int letter; (letter = getopt(argc, argv, "p:")) != -1;) {
        if (letter != 'p' || !parse_number(optarg, 1, 65535, &port)) bad_usage(kUsage);
    }
    if (optind != argc) bad_usage(kUsage);
    signal(SIGPIPE, SIG_IGN);  // a client that has gone is an error of write()
    const int listener = open_listener(port);
    for (;;) turn(listener);
}
