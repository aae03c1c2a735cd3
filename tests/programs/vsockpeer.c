/* vsockpeer: the guest's end of tests and measurements over vsock, compiled unchanged for nx6 and for Linux.
 * When it is ready it connects to port 1 of the host and sends a line, for a program that may wait there.
 * Each connection has a process of its own, and is read and written 64 KiB at a time:
 *   port 7   returns what it receives (RFC 862)
 *   port 9   discards it; its own end of data says that everything has been read (RFC 863)
 *   port 19  sends zeros for as long as the other end reads (RFC 864)
 *   port 20  reads a line with a port and connects to that port of the host; answers "OK" or the error in a
 *            line, and then copies between the two connections */
#include <sys/socket.h>

/* Linux's header needs what sys/socket.h declares. */
#include <errno.h>
#include <linux/vm_sockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char data[65536];

static struct sockaddr_vm address(unsigned cid, unsigned port) {
    struct sockaddr_vm a;
    memset(&a, 0, sizeof a);
    a.svm_family = AF_VSOCK;
    a.svm_cid = cid;
    a.svm_port = port;
    return a;
}

/* Returns -1 if the host refuses. */
static int connect_to_host(unsigned port) {
    const struct sockaddr_vm to = address(VMADDR_CID_HOST, port);
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (connect(fd, (const struct sockaddr*)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

/* Returns 0 if the other end has closed the connection. */
static int send_all(int fd, size_t n) {
    for (size_t at = 0; at < n;) {
        const ssize_t sent = write(fd, data + at, n - at);
        if (sent <= 0) return 0;
        at += (size_t)sent;
    }
    return 1;
}

/* Copies until the end of data, which it passes on. */
static void copy(int from, int to) {
    ssize_t n;
    while ((n = read(from, data, sizeof data)) > 0 && send_all(to, (size_t)n)) continue;
    shutdown(to, SHUT_WR);
}

static void echo(int fd) { copy(fd, fd); }

static void discard(int fd) {
    while (read(fd, data, sizeof data) > 0) continue;
    shutdown(fd, SHUT_WR);
}

static void zeros(int fd) {
    while (send_all(fd, sizeof data)) continue;
}

static void answer(int fd, const char* text) {
    snprintf(data, sizeof data, "%s\n", text);
    send_all(fd, strlen(data));
}

static void announce(void) {
    const int fd = connect_to_host(1);
    if (fd < 0) return;
    answer(fd, "up");
    close(fd);
}

static unsigned read_port(int fd) {
    char line[16] = "";
    for (size_t n = 0; n < sizeof line - 1 && read(fd, line + n, 1) == 1 && line[n] != '\n'; n++) continue;
    return (unsigned)atoi(line);
}

static void relay(int fd) {
    const int host = connect_to_host(read_port(fd));
    if (host < 0) {
        answer(fd, strerror(errno));
        return;
    }
    answer(fd, "OK");
    if (fork() == 0)
        copy(fd, host);
    else
        copy(host, fd);
}

static int listen_on(unsigned port) {
    const struct sockaddr_vm here = address(VMADDR_CID_ANY, port);
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr*)&here, sizeof here) < 0 || listen(fd, 100) < 0) {
        printf("vsockpeer: port %u: %s\n", port, strerror(errno));
        exit(1);
    }
    return fd;
}

static void serve(int listener, void (*work)(int)) {
    for (;;) {
        const int fd = accept(listener, NULL, NULL);
        if (fd < 0) continue;
        if (fork() == 0) {
            close(listener);
            work(fd);
            exit(0);
        }
        close(fd);
    }
}

int main(void) {
    static const struct {
        unsigned port;
        void (*work)(int);
    } services[] = {{7, echo}, {9, discard}, {19, zeros}, {20, relay}};
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        const int listener = listen_on(services[i].port);
        if (fork() == 0) serve(listener, services[i].work);
        close(listener);
    }
    announce();
    while (wait(NULL) > 0) continue;
    return 0;
}
