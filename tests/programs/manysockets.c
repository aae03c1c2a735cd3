/* Opens thousands of sockets in several processes, and checks that what is sent arrives at the right one.
 * Written for any POSIX system.
 *
 *   manysockets udp COUNT     UDP sockets, each on a port of its own; datagrams go to some of them
 *   manysockets tcp COUNT     TCP connections over loopback; the last one of each process echoes a byte
 *
 * A process has EACH of them. The last argument "hold": before it closes them, it waits for a line of input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EACH = 1000, FIRST_PORT = 20000, MOST = 64, PATIENCE = 60 /* s */ };

/* A child writes its answers to `up` and reads orders from `down`. */
struct child {
    pid_t pid;
    int up, down;
};

static struct child children[MOST];
static int started; /* the number of children; 0 in a child */

static void end(void) {
    for (int i = 0; i < started; i++) kill(children[i].pid, SIGKILL);
    for (int i = 0; i < started; i++) waitpid(children[i].pid, NULL, 0);
    _exit(1);
}

static void on_signal(int signal) {
    (void)signal;
    end();
}

static void fail(const char* what, int number) {
    fprintf(stderr, "manysockets: %s %d: %s\n", what, number, strerror(errno));
    end();
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons((unsigned short)port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static int open_at(int type, int port) {
    struct sockaddr_in a = loopback(port);
    int fd = socket(AF_INET, type, 0);
    if (fd < 0) fail("socket for port", port);
    if (bind(fd, (struct sockaddr*)&a, sizeof a) < 0) fail("bind to port", port);
    return fd;
}

static void say(int fd, int number) {
    if (write(fd, &number, sizeof number) != (ssize_t)sizeof number) fail("write of", number);
}

static int hear(int fd) {
    int number = 0;
    if (read(fd, &number, sizeof number) != (ssize_t)sizeof number) fail("a process ended: read from", fd);
    return number;
}

typedef void body(int index, int up, int down);

/* The child inherits the parent's ends of the other children's pipes, and closes them. */
static void start(int index, body* run) {
    int up[2], down[2];
    if (pipe(up) < 0 || pipe(down) < 0) fail("pipes of process", index);
    pid_t pid = fork();
    if (pid < 0) fail("fork of process", index);
    if (pid == 0) {
        close(up[0]), close(down[1]);
        for (int i = 0; i < index; i++) close(children[i].up), close(children[i].down);
        started = 0;
        alarm(PATIENCE);
        run(index, up[1], down[0]);
        exit(0);
    }
    close(up[1]), close(down[0]);
    children[index] = (struct child){pid, up[0], down[1]};
    started = index + 1;
}

/* --- UDP: child n has the ports from FIRST_PORT + n * EACH on --- */

/* Reports each datagram as the port of the socket that has it, if its content is this port. */
static void udp_child(int index, int up, int down) {
    static struct pollfd fds[EACH + 1];
    int first = FIRST_PORT + index * EACH;
    for (int i = 0; i < EACH; i++) fds[i] = (struct pollfd){open_at(SOCK_DGRAM, first + i), POLLIN, 0};
    fds[EACH] = (struct pollfd){down, POLLIN, 0};
    say(up, 0);
    while (!fds[EACH].revents) {
        if (poll(fds, EACH + 1, -1) < 0) fail("poll in process", index);
        for (int i = 0; i < EACH; i++) {
            int port = 0;
            if (!fds[i].revents) continue;
            if (recv(fds[i].fd, &port, sizeof port, 0) < 0) fail("recv at port", first + i);
            say(up, port == first + i ? port : -port);
        }
    }
}

static void send_datagram(int fd, int port) {
    struct sockaddr_in to = loopback(port);
    if (sendto(fd, &port, sizeof port, 0, (struct sockaddr*)&to, sizeof to) < 0) fail("sendto port", port);
}

/* To the first, a middle and the last socket of each process, one after the other. */
static void check_udp(int n) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    for (int i = 0; i < n; i++) {
        const int offsets[] = {0, (i * 317 + 123) % EACH, EACH - 1};
        for (int k = 0; k < 3; k++) {
            int port = FIRST_PORT + i * EACH + offsets[k];
            send_datagram(fd, port);
            if (hear(children[i].up) != port)
                fail("a datagram went to another socket than that of port", port);
        }
    }
    close(fd);
}

/* --- TCP: children 2n and 2n + 1 are the ends of EACH connections to port FIRST_PORT + n --- */

/* Closes with a RST, so that nothing remains in TIME-WAIT. */
static void close_at_once(int fd) {
    struct linger at_once = {1, 0};
    if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) < 0) fail("setsockopt of", fd);
}

static void tcp_server(int index, int up, int down) {
    int listener = open_at(SOCK_STREAM, FIRST_PORT + index / 2), last = -1;
    char byte;
    if (listen(listener, EACH) < 0) fail("listen in process", index);
    say(up, 0);
    for (int i = 0; i < EACH; i++) {
        last = accept(listener, NULL, NULL);
        if (last < 0) fail("accept of connection", i);
        close_at_once(last);
    }
    if (read(last, &byte, 1) != 1 || write(last, &byte, 1) != 1) fail("echo on connection", EACH - 1);
    say(up, 0);
    hear(down);
}

static void tcp_client(int index, int up, int down) {
    struct sockaddr_in to = loopback(FIRST_PORT + index / 2);
    int last = -1;
    char byte = (char)index, back = 0;
    for (int i = 0; i < EACH; i++) {
        last = socket(AF_INET, SOCK_STREAM, 0);
        if (last < 0) fail("socket of connection", i);
        if (connect(last, (struct sockaddr*)&to, sizeof to) < 0) fail("connection", i);
        close_at_once(last);
    }
    if (write(last, &byte, 1) != 1 || read(last, &back, 1) != 1 || back != byte)
        fail("byte on connection", EACH - 1);
    say(up, 0);
    hear(down);
}

int main(int argc, char** argv) {
    int is_tcp = argc > 2 && strcmp(argv[1], "tcp") == 0,
        n = argc > 2 ? atoi(argv[2]) / EACH * (is_tcp ? 2 : 1) : 0;
    if (argc < 3 || n < 1 || n > MOST) {
        fprintf(stderr, "usage: manysockets udp|tcp COUNT [hold]    COUNT: a multiple of %d\n", EACH);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN), signal(SIGTERM, on_signal), signal(SIGALRM, on_signal);
    alarm(PATIENCE);
    for (int i = 0; i < n; i++) {
        start(i, !is_tcp ? udp_child : i % 2 ? tcp_client : tcp_server);
        if (!is_tcp || i % 2 == 0) hear(children[i].up); /* it has its sockets, or listens */
    }
    if (!is_tcp) check_udp(n);
    for (int i = 0; is_tcp && i < n; i++) hear(children[i].up);
    printf("all %s are there\n", is_tcp ? "connections" : "sockets"), fflush(stdout);
    if (argc > 3) getchar();
    for (int i = 0; i < n; i++) say(children[i].down, 0);
    for (int i = 0; i < n; i++) {
        int status = 0;
        if (waitpid(children[i].pid, &status, 0) < 0 || status != 0) fail("status of process", i);
    }
    printf("all checks passed\n");
    return 0;
}
