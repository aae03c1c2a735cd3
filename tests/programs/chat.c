/* A chat server as in textbooks: one poll() waits for the listener and all clients. What one client sends
 * goes to all others. Written for any POSIX system. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define PORT    "9034"
#define BACKLOG 10

struct talkers {
    struct pollfd* fds;
    nfds_t count, room;
};

static void* address_of(struct sockaddr* sa) {
    if (sa->sa_family == AF_INET) return &((struct sockaddr_in*)sa)->sin_addr;
    return &((struct sockaddr_in6*)sa)->sin6_addr;
}

static int open_listener(const char* port) {
    struct addrinfo hints, *list, *p;
    int fd = -1, yes = 1, error;

    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    if ((error = getaddrinfo(NULL, port, &hints, &list)) != 0) {
        fprintf(stderr, "getaddrinfo: %s\n", gai_strerror(error));
        exit(1);
    }
    for (p = list; p != NULL; p = p->ai_next) {
        fd = socket(p->ai_family, p->ai_socktype, p->ai_protocol);
        if (fd == -1) {
            perror("socket");
            continue;
        }
        if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == -1) {
            perror("setsockopt");
            exit(1);
        }
        if (bind(fd, p->ai_addr, p->ai_addrlen) == -1) {
            close(fd);
            perror("bind");
            continue;
        }
        break;
    }
    freeaddrinfo(list);
    if (p == NULL) {
        fprintf(stderr, "cannot bind port %s\n", port);
        exit(2);
    }
    if (listen(fd, BACKLOG) == -1) {
        perror("listen");
        exit(3);
    }
    return fd;
}

static void add(struct talkers* t, int fd) {
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 4;
        t->fds = realloc(t->fds, sizeof(*t->fds) * t->room);
        if (t->fds == NULL) {
            perror("realloc");
            exit(4);
        }
    }
    t->fds[t->count].fd = fd;
    t->fds[t->count].events = POLLIN;
    t->fds[t->count].revents = 0;
    t->count++;
}

static void say_to_all_but(struct talkers* t, int speaker, int listener, const char* text, size_t n) {
    for (nfds_t i = 0; i < t->count; i++) {
        int fd = t->fds[i].fd;
        if (fd != listener && fd != speaker && send(fd, text, n, MSG_NOSIGNAL) == -1) perror("send");
    }
}

static void welcome(struct talkers* t, int listener) {
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    char text[INET6_ADDRSTRLEN];
    int fd = accept(listener, (struct sockaddr*)&from, &size);

    if (fd == -1) {
        perror("accept");
        return;
    }
    add(t, fd);
    printf("%s connected\n",
           inet_ntop(from.ss_family, address_of((struct sockaddr*)&from), text, sizeof text));
    fflush(stdout);
}

/* false: this client has closed its connection */
static bool listen_to(struct talkers* t, nfds_t i, int listener) {
    char text[256];
    int fd = t->fds[i].fd;
    ssize_t n = recv(fd, text, sizeof text, 0);

    if (n <= 0) {
        if (n < 0) perror("recv");
        close(fd);
        t->fds[i] = t->fds[--t->count];
        printf("one disconnected, %lu remaining\n", (unsigned long)t->count - 1);
        fflush(stdout);
        return false;
    }
    say_to_all_but(t, fd, listener, text, (size_t)n);
    return true;
}

int main(int argc, char* argv[]) {
    struct talkers t = {NULL, 0, 0};
    int listener = open_listener(PORT);

    signal(SIGPIPE, SIG_IGN);
    add(&t, listener);
    puts("waiting for clients");
    fflush(stdout);
    for (;;) {
        if (poll(t.fds, t.count, -1) == -1) {
            perror("poll");
            exit(5);
        }
        for (nfds_t i = 0; i < t.count; i++) {
            if (!(t.fds[i].revents & (POLLIN | POLLHUP))) continue;
            if (t.fds[i].fd == listener)
                welcome(&t, listener);
            else if (!listen_to(&t, i, listener))
                i--;
        }
    }
}
