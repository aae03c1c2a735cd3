/* System calls without a network card. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guestbench.h"

#define SOCKETS 100

void call_getppid(char** words) {
    const long n = atol(words[0]);
    begin();
    for (long i = 0; i < n; i++) getppid();
    end(n);
}

static void fork_and_wait(int exec) {
    static char* const argv[] = {"guestbench", "nothing", NULL};
    const pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        if (exec) execv("/guestbench", argv);
        _exit(exec);
    }
    int status;
    if (wait(&status) != pid || status != 0) fail("the child's status");
}

static void fork_many(long n, int exec) {
    for (int i = 0; i < 5; i++) fork_and_wait(exec);
    begin();
    for (long i = 0; i < n; i++) fork_and_wait(exec);
    end(n);
}

void call_fork(char** words) { fork_many(atol(words[0]), 0); }
void call_exec(char** words) { fork_many(atol(words[0]), 1); }

/* A datagram in the last of the sockets makes it ready. */
void call_poll(char** words) {
    struct pollfd all[SOCKETS];
    struct sockaddr_in a;
    socklen_t length = sizeof a;
    const long n = atol(words[0]);
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < SOCKETS; i++) {
        all[i].fd = socket(AF_INET, SOCK_DGRAM, 0);
        all[i].events = POLLIN;
        a.sin_port = 0;
        if (all[i].fd < 0 || bind(all[i].fd, (struct sockaddr*)&a, sizeof a) < 0) fail("socket");
    }
    const int last = all[SOCKETS - 1].fd;
    if (getsockname(last, (struct sockaddr*)&a, &length) < 0) fail("getsockname");
    sendto(last, "x", 1, 0, (struct sockaddr*)&a, sizeof a);
    if (poll(all, SOCKETS, 1000) != 1) fail("poll");
    begin();
    for (long i = 0; i < n; i++)
        if (poll(all, SOCKETS, 1000) != 1) fail("poll");
    end(n);
}
