/* `waits recv` sleeps in recv, until it is killed. Without an argument it lists all calls. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char data[1 << 20];

static struct sockaddr_in address(unsigned ip, int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(ip)}};
    return a;
}

static int listener(int port) {
    struct sockaddr_in a = address(INADDR_LOOPBACK, port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr*)&a, sizeof a) < 0 || listen(fd, 5) < 0) perror("listener");
    return fd;
}

/* Both ends are in this process: none is written or read. */
static int connected(void) {
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    int server = listener(0), fd = socket(AF_INET, SOCK_STREAM, 0);
    getsockname(server, (struct sockaddr*)&a, &n);
    if (connect(fd, (struct sockaddr*)&a, sizeof a) < 0 || accept(server, NULL, NULL) < 0)
        perror("connected");
    return fd;
}

static void in_accept(void) { accept(listener(0), NULL, NULL); }
static void in_recv(void) { recv(connected(), data, 1, 0); }
static void in_waitall(void) { recv(connected(), data, sizeof data, MSG_WAITALL); }
static void in_read(void) { read(connected(), data, 1); }

static void in_send(void) {
    int fd = connected();
    for (;;) send(fd, data, sizeof data, 0);
}

static void in_connect(void) {
    struct sockaddr_in nobody = address(0x0a000263, 80); /* 10.0.2.99 is on the link, but no host has it */
    connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&nobody, sizeof nobody);
}

static void in_close(void) {
    struct linger long_time = {1, 1000};
    int fd = connected();
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &long_time, sizeof long_time);
    send(fd, data, sizeof data, MSG_DONTWAIT);
    close(fd);
}

static void in_recvfrom(void) {
    struct sockaddr_in a = address(INADDR_ANY, 0);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bind(fd, (struct sockaddr*)&a, sizeof a);
    recvfrom(fd, data, sizeof data, 0, NULL, NULL);
}

static void in_poll(void) {
    int fds[2];
    pipe(fds);
    struct pollfd all[3] = {{listener(0), POLLIN, 0}, {connected(), POLLIN, 0}, {fds[0], POLLIN, 0}};
    poll(all, 3, -1);
}

static int unix_listener(void) {
    struct sockaddr_un a = {AF_UNIX, "waits.s"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink("waits.s");
    if (bind(fd, (struct sockaddr*)&a, sizeof a) < 0 || listen(fd, 0) < 0) perror("unix_listener");
    return fd;
}

/* A descriptor of the pair is in its own queue. */
static int unix_pair(int type) {
    int fds[2];
    struct {
        struct cmsghdr header;
        int fd, padding;
    } control = {{CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}, 0, 0};
    struct iovec v = {data, 1};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    m.msg_control = &control, m.msg_controllen = sizeof control;
    if (socketpair(AF_UNIX, type, 0, fds) < 0) perror("socketpair");
    control.fd = fds[1];
    if (sendmsg(fds[0], &m, 0) < 0) perror("sendmsg");
    return fds[0];
}

static void in_unix_accept(void) { accept(unix_listener(), NULL, NULL); }
static void in_unix_recv(void) { recv(unix_pair(SOCK_STREAM), data, 1, 0); }
static void in_unix_recvmsg(void) {
    struct iovec v = {data, 1};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    recvmsg(unix_pair(SOCK_SEQPACKET), &m, 0);
}
static void in_unix_send(void) {
    int fd = unix_pair(SOCK_STREAM);
    for (;;) send(fd, data, sizeof data, 0);
}
static void in_unix_message(void) {
    int fd = unix_pair(SOCK_SEQPACKET);
    for (;;) send(fd, data, 50000, 0);
}
static void in_unix_connect(void) {
    struct sockaddr_un a = {AF_UNIX, "waits.s"};
    unix_listener();
    for (;;) connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&a, sizeof a);
}
static void in_unix_poll(void) {
    struct pollfd all[2] = {{unix_listener(), POLLIN, 0}, {unix_pair(SOCK_STREAM), POLLIN, 0}};
    poll(all, 2, -1);
}

static void in_sleep(void) { sleep(1000); }

static void in_pipe(void) {
    int fds[2];
    pipe(fds);
    read(fds[0], data, 1);
}

static void in_wait(void) {
    int fds[2];
    pipe(fds);
    if (fork() == 0) { /* ends when the parent closes the other end */
        close(fds[1]);
        read(fds[0], data, 1);
        _exit(0);
    }
    wait(NULL);
}

static const struct {
    const char* name;
    void (*go)(void);
} calls[] = {{"accept", in_accept},
             {"recv", in_recv},
             {"waitall", in_waitall},
             {"read", in_read},
             {"send", in_send},
             {"connect", in_connect},
             {"close", in_close},
             {"recvfrom", in_recvfrom},
             {"poll", in_poll},
             {"sleep", in_sleep},
             {"pipe", in_pipe},
             {"wait", in_wait},
             {"unix-accept", in_unix_accept},
             {"unix-recv", in_unix_recv},
             {"unix-recvmsg", in_unix_recvmsg},
             {"unix-send", in_unix_send},
             {"unix-message", in_unix_message},
             {"unix-connect", in_unix_connect},
             {"unix-poll", in_unix_poll}};

int main(int argc, char** argv) {
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (argc != 2) {
            printf("%s ", calls[i].name);
        } else if (strcmp(argv[1], calls[i].name) == 0) {
            calls[i].go();
            fprintf(stderr, "%s returned: %s\n", argv[1], strerror(errno));
            return 1;
        }
    }
    printf("\n");
    return argc == 2;
}
