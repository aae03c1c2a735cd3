/* stacktest PORT: what POSIX promises of descriptors, with a socket that is connected to the host. It is also
 * built as ustacktest, with a network stack of its own, whose sockets a child does not inherit. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manners.h"
#include "nx6.h"

static const char usage[] =
    "stacktest PORT      connects to this port of the host, which sends back what it gets";

static int connect_to(long port) {
    const struct sockaddr_in host = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(0x0a000202)}};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) die("socket: %s", strerror(errno));
    if (connect(fd, (const struct sockaddr*)&host, sizeof host) < 0) die("connect: %s", strerror(errno));
    return fd;
}

/* The parent has no socket yet. */
static void open_in_a_child(void) {
    const int pid = fork();
    int status;
    if (pid == 0) exit(socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) die("fork: %s", strerror(errno));
    printf("child of a parent without sockets: %s\n",
           WEXITSTATUS(status) ? strerror(WEXITSTATUS(status)) : "ok");
}

/* What a child can do with the socket, and whether it can open another. */
static void try_in_a_child(int fd) {
    const int pid = fork();
    int status;
    if (pid < 0) die("fork: %s", strerror(errno));
    if (pid == 0) {
        const ssize_t written = write(fd, "child ", 6);
        printf("child: write: %s\n", written < 0 ? strerror(errno) : "ok");
        const int another = socket(AF_INET, SOCK_STREAM, 0);
        printf("child: socket: %s\n", another < 0 ? strerror(errno) : "ok");
        printf("child: ping socket: %s\n",
               socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) < 0 ? strerror(errno) : "ok");
        exit(7);
    }
    waitpid(pid, &status, 0);
    printf("the child ended with status %d\n", WEXITSTATUS(status));
}

/* One write of several ranges, and a copy of the descriptor with the lowest number. */
static void write_pieces(int fd) {
    char a[] = "in ", b[] = "pieces\n";
    const struct iovec parts[2] = {{a, 3}, {b, 7}};
    if (dup2(fd, 0) != 0) die("dup2: %s", strerror(errno));
    if (writev(0, parts, 2) != 10) die("writev: %s", strerror(errno));
    usleep(100000);
}

static void print_answer(int fd) {
    char line[64];
    size_t n = 0;
    while (n == 0 || line[n - 1] != '\n') {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        struct timeval patience = {10, 0};
        if (select(fd + 1, &readable, NULL, NULL, &patience) != 1) die("nothing to read");
        const ssize_t got = read(fd, line + n, sizeof line - n);
        if (got <= 0) die("read: %s", got < 0 ? strerror(errno) : "the end");
        n += (size_t)got;
    }
    printf("the host: %.*s", (int)n, line);
}

/* nx6's own call: the host sends nothing more, so a read without a timeout would wait for ever. */
static void read_with_a_timeout(int fd) {
    char c;
    if (settimeout(fd, 50) < 0) die("settimeout failed");
    printf("read: %s\n", read(fd, &c, 1) < 0 ? strerror(errno) : "ok");
}

int main(int argc, char** argv) {
    long port;
    help_if_asked(argc, argv, usage);
    if (argc != 2 || !parse_number(argv[1], 1, 65535, &port)) bad_usage(usage);
    open_in_a_child();
    const int fd = connect_to(port);
    try_in_a_child(fd);
    write_pieces(fd);
    close(fd);
    print_answer(0);
    read_with_a_timeout(0);
    /* A stream on a socket: written when the program ends. */
    FILE* f = fdopen(dup(0), "w");
    if (!f) die("fdopen: %s", strerror(errno));
    fprintf(f, "last words\n");
    return 0;
}
