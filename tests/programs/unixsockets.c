/* Checks AF_UNIX sockets: what POSIX and unix(7) say. It passes on Linux too. */
#include "unix.h"

static char data[1 << 18];

static void pairs(void) {
    int fds[2];
    FAILS(socketpair(AF_INET, SOCK_STREAM, 0, fds), EOPNOTSUPP);
    FAILS(socketpair(99, SOCK_STREAM, 0, fds), EAFNOSUPPORT);
    FAILS(socketpair(AF_UNIX, SOCK_STREAM, 77, fds), EPROTONOSUPPORT);
    FAILS(socket(AF_UNIX, 4, 0), ESOCKTNOSUPPORT);
    unix_pair(fds, SOCK_STREAM);
    CHECK(write(fds[0], "hello", 5) == 5 && read(fds[1], data, 100) == 5 && memcmp(data, "hello", 5) == 0);
    CHECK(send(fds[1], "x", 1, 0) == 1 && recv(fds[0], data, 1, 0) == 1);
    FAILS(recv(fds[0], data, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(option(fds[0], SOL_SOCKET, SO_TYPE) == SOCK_STREAM);
    CHECK(option(fds[0], SOL_SOCKET, SO_DOMAIN) == AF_UNIX);
    CHECK(option(fds[0], SOL_SOCKET, SO_ACCEPTCONN) == 0 && option(fds[0], SOL_SOCKET, SO_ERROR) == 0);
    struct stat st;
    CHECK(fstat(fds[0], &st) == 0 && S_ISSOCK(st.st_mode));
    FAILS(listen(fds[0], 1), EINVAL);
    FAILS(accept(fds[0], NULL, NULL), EINVAL);
    FAILS(connect_path(fds[0], "/no/such"), ENOENT);
    close(fds[1]);
    CHECK(read(fds[0], data, 1) == 0);
    FAILS(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    close(fds[0]);
}

static void names(void) {
    struct sockaddr_un a, b;
    socklen_t n = sizeof a;
    struct stat st;
    int server = listen_at("s1", SOCK_STREAM, 4), client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(stat("s1", &st) == 0 && S_ISSOCK(st.st_mode));
    FAILS(open("s1", O_RDONLY), ENXIO);
    CHECK(option(server, SOL_SOCKET, SO_ACCEPTCONN) == 1);
    FAILS(bind_path(server, "s2"), EINVAL);
    FAILS(bind_path(client, "s1"), EADDRINUSE);
    FAILS(bind_path(client, "no/such/folder"), ENOENT);
    FAILS(bind_path(client, "s1/below"), ENOTDIR);
    a = path_address("s1");
    a.sun_family = AF_INET;
    CHECK(bind(client, (struct sockaddr*)&a, sizeof a) == -1 && (errno == EAFNOSUPPORT || errno == EINVAL));
    FAILS(bind(client, (struct sockaddr*)&a, 1), EINVAL);
    CHECK(getsockname(server, (struct sockaddr*)&a, &n) == 0 && strcmp(a.sun_path, "s1") == 0);
    CHECK(n == offsetof(struct sockaddr_un, sun_path) + 3 && a.sun_family == AF_UNIX);
    FAILS(getpeername(client, (struct sockaddr*)&b, &n), ENOTCONN);
    CHECK(connect_path(client, "s1") == 0);
    FAILS(connect_path(client, "s1"), EISCONN);
    n = sizeof b;
    CHECK(getpeername(client, (struct sockaddr*)&b, &n) == 0 && strcmp(b.sun_path, "s1") == 0);
    n = sizeof b;
    CHECK(getsockname(client, (struct sockaddr*)&b, &n) == 0 && n == sizeof(sa_family_t));
    n = sizeof b;
    int fd = accept(server, (struct sockaddr*)&b, &n);
    CHECK(fd >= 0 && n == sizeof(sa_family_t) && b.sun_family == AF_UNIX);
    n = sizeof b;
    CHECK(getsockname(fd, (struct sockaddr*)&b, &n) == 0 && strcmp(b.sun_path, "s1") == 0);
    CHECK(write(client, "abc", 3) == 3 && read(fd, data, 10) == 3);
    close(fd);
    close(client);
    CHECK(unlink("s1") == 0);
    client = socket(AF_UNIX, SOCK_STREAM, 0);
    FAILS(connect_path(client, "s1"), ENOENT);
    close(server);
    close(client);
}

/* A path of 108 bytes has no terminating zero. */
static void long_names(void) {
    struct sockaddr_un a;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    a.sun_family = AF_UNIX;
    memset(a.sun_path, '/', sizeof a.sun_path);
    memcpy(a.sun_path + sizeof a.sun_path - 4, "./s9", 4);
    memcpy(a.sun_path, ".", 1);
    unlink("s9");
    CHECK(bind(fd, (struct sockaddr*)&a, sizeof a) == 0);
    close(fd);
    CHECK(unlink("s9") == 0);
}

static void refusals(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), file = open("plain", O_CREAT | O_RDWR, 0600);
    close(file);
    FAILS(connect_path(fd, "plain"), ECONNREFUSED);
    unlink("plain");
    FAILS(connect_path(fd, "nothing"), ENOENT);
    FAILS(listen(fd, 1), EINVAL); /* it has no name */
    FAILS(accept(fd, NULL, NULL), EINVAL);
    FAILS(send(fd, "x", 1, MSG_NOSIGNAL), ENOTCONN);
    FAILS(recv(fd, data, 1, 0), EINVAL);
    int server = listen_at("s3", SOCK_SEQPACKET, 1);
    FAILS(connect_path(fd, "s3"), EPROTOTYPE);
    FAILS(connect_path(server, "s3"), EINVAL);
    close(server);
    int packets = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    FAILS(connect_path(packets, "s3"), ECONNREFUSED); /* its file remains */
    FAILS(recv(packets, data, 1, 0), ENOTCONN);
    unlink("s3");
    int bound = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink("s4");
    CHECK(bind_path(bound, "s4") == 0);
    FAILS(connect_path(fd, "s4"), ECONNREFUSED); /* it does not listen */
    unlink("s4");
    close(bound);
    close(packets);
    close(fd);
}

static void backlog(void) {
    int server = listen_at("s5", SOCK_STREAM, 0), fd[3];
    for (int i = 0; i < 3; i++) fd[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(connect_path(fd[0], "s5") == 0);
    FAILS(connect_path(fd[1], "s5"), EAGAIN);
    CHECK(ready(server, POLLIN, 0) == POLLIN);
    CHECK(listen(server, 1) == 0 && connect_path(fd[1], "s5") == 0);
    FAILS(connect_path(fd[2], "s5"), EAGAIN);
    CHECK(write(fd[0], "early", 5) == 5);
    int a = accept(server, NULL, NULL);
    CHECK(a >= 0 && read(a, data, 10) == 5);
    CHECK(connect_path(fd[2], "s5") == 0);
    /* What waits to be accepted is reset with the listener. */
    close(server);
    FAILS(read(fd[1], data, 1), ECONNRESET);
    CHECK(read(fd[1], data, 1) == 0);
    FAILS(send(fd[2], "x", 1, MSG_NOSIGNAL), EPIPE);
    unlink("s5");
    close(a);
    for (int i = 0; i < 3; i++) close(fd[i]);
}

static void blocking_connect(void) {
    int server = listen_at("s6", SOCK_STREAM, 0), first = socket(AF_UNIX, SOCK_STREAM, 0);
    struct timeval soon = {0, 50000};
    CHECK(connect_path(first, "s6") == 0);
    int late = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(setsockopt(late, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon) == 0);
    FAILS(connect_path(late, "s6"), EAGAIN);
    if (fork() == 0) {
        usleep(100000);
        int fd = accept(server, NULL, NULL);
        fd = accept(server, NULL, NULL);
        _exit(fd < 0 || write(fd, "second", 6) != 6);
    }
    int second = socket(AF_UNIX, SOCK_STREAM, 0), status = 1;
    CHECK(connect_path(second, "s6") == 0);
    CHECK(read(second, data, 10) == 6);
    CHECK(wait(&status) > 0 && status == 0);
    close(server);
    unlink("s6");
    close(first);
    close(second);
    close(late);
}

static void messages(void) {
    int fds[2];
    unix_pair(fds, SOCK_SEQPACKET);
    CHECK(send(fds[0], "one", 3, 0) == 3 && send(fds[0], "", 0, 0) == 0 && send(fds[0], "three", 5, 0) == 5);
    CHECK(recv(fds[1], data, 100, MSG_PEEK) == 3);
    CHECK(recv(fds[1], data, 100, 0) == 3 && memcmp(data, "one", 3) == 0);
    CHECK(recv(fds[1], data, 100, 0) == 0);
    CHECK(recv(fds[1], data, 2, MSG_TRUNC) == 5 && memcmp(data, "th", 2) == 0);
    FAILS(recv(fds[1], data, 2, MSG_DONTWAIT), EAGAIN);
    struct iovec out[3] = {{"ab", 2}, {"", 0}, {"cde", 3}}, in[2] = {{data, 1}, {data + 100, 2}};
    struct msghdr m = {.msg_iov = out, .msg_iovlen = 3};
    CHECK(sendmsg(fds[0], &m, 0) == 5);
    m = (struct msghdr){.msg_iov = in, .msg_iovlen = 2};
    CHECK(recvmsg(fds[1], &m, 0) == 3 && m.msg_flags == MSG_TRUNC && m.msg_controllen == 0);
    CHECK(data[0] == 'a' && memcmp(data + 100, "bc", 2) == 0);
    CHECK(writev(fds[0], out, 3) == 5 && readv(fds[1], in, 2) == 3);
    FAILS(send(fds[0], data, 1 << 30, MSG_DONTWAIT), EMSGSIZE);
    close(fds[0]);
    CHECK(recv(fds[1], data, 1, 0) == 0);
    close(fds[1]);
}

static void endings(void) {
    int fds[2];
    unix_pair(fds, SOCK_STREAM);
    CHECK(ready(fds[0], POLLIN | POLLOUT, 0) == POLLOUT);
    CHECK(shutdown(fds[0], SHUT_WR) == 0);
    FAILS(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(read(fds[1], data, 1) == 0);
    CHECK(ready(fds[1], POLLIN | POLLOUT | POLLRDHUP, 0) == (POLLIN | POLLOUT | POLLRDHUP));
    CHECK(write(fds[1], "back", 4) == 4 && read(fds[0], data, 10) == 4);
    CHECK(shutdown(fds[1], SHUT_WR) == 0);
    CHECK(ready(fds[0], POLLIN, 0) == (POLLIN | POLLHUP));
    FAILS(shutdown(fds[0], 7), EINVAL);
    close_pair(fds);
    /* Unread bytes: the peer's reset. */
    unix_pair(fds, SOCK_STREAM);
    CHECK(write(fds[0], "lost", 4) == 4 && write(fds[1], "kept", 4) == 4);
    close(fds[1]);
    CHECK(ready(fds[0], POLLIN, 0) == (POLLIN | POLLERR | POLLHUP));
    CHECK(read(fds[0], data, 10) == 4);
    FAILS(read(fds[0], data, 10), ECONNRESET);
    CHECK(read(fds[0], data, 10) == 0);
    close(fds[0]);
    /* SHUT_RD: what is there can be read, the peer may not send. */
    unix_pair(fds, SOCK_STREAM);
    CHECK(write(fds[0], "last", 4) == 4 && shutdown(fds[1], SHUT_RD) == 0);
    FAILS(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(read(fds[1], data, 10) == 4 && read(fds[1], data, 10) == 0);
    close_pair(fds);
    int fresh = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(ready(fresh, POLLIN | POLLOUT, 0) == (POLLOUT | POLLHUP));
    close(fresh);
}

static void full_queues(void) {
    int fds[2], size = 0;
    ssize_t n, sent = 0, got = 0;
    long start = now_ms();
    struct timeval soon = {0, 50000};
    unix_pair(fds, SOCK_STREAM);
    size = 20000;
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0);
    while ((n = send(fds[0], data, 5000, MSG_DONTWAIT)) > 0) sent += n;
    CHECK(n == -1 && errno == EAGAIN && sent >= 5000);
    CHECK(ready(fds[0], POLLOUT, 0) == 0);
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon) == 0);
    FAILS(send(fds[0], data, 5000, 0), EAGAIN);
    CHECK(setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon) == 0);
    CHECK(ioctl(fds[1], FIONREAD, &size) == 0 && size == sent);
    while ((n = recv(fds[1], data, sizeof data, 0)) > 0) got += n;
    CHECK(n == -1 && errno == EAGAIN && got == sent && now_ms() - start >= 90);
    CHECK(ready(fds[0], POLLOUT, 0) == POLLOUT);
    if (fork() == 0) { /* a large write proceeds while it is read */
        close(fds[1]);
        struct timeval never = {0, 0};
        setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &never, sizeof never);
        for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 7 + i / 251);
        _exit(write(fds[0], data, sizeof data) != sizeof data);
    }
    close(fds[0]);
    setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){5, 0}, sizeof soon);
    CHECK(recv(fds[1], data, sizeof data, MSG_WAITALL) == sizeof data);
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof data; i++) wrong += data[i] != (char)(i * 7 + i / 251);
    CHECK(wrong == 0 && read(fds[1], data, 1) == 0);
    int status = 1;
    CHECK(wait(&status) > 0 && status == 0);
    close(fds[1]);
}

static void waiting_polls(void) {
    int fds[2];
    unix_pair(fds, SOCK_STREAM);
    if (fork() == 0) {
        usleep(50000);
        write(fds[1], "x", 1);
        usleep(50000);
        _exit(0);
    }
    close(fds[1]);
    CHECK(ready(fds[0], POLLIN, 5000) == POLLIN && read(fds[0], data, 1) == 1);
    CHECK(ready(fds[0], POLLIN, 5000) == (POLLIN | POLLHUP));
    wait(NULL);
    close(fds[0]);
    unix_pair(fds, SOCK_STREAM);
    while (send(fds[0], data, 1000, MSG_DONTWAIT) > 0) continue;
    if (fork() == 0) {
        usleep(50000);
        while (recv(fds[1], data, sizeof data, MSG_DONTWAIT) > 0) continue;
        _exit(0);
    }
    CHECK(ready(fds[0], POLLOUT, 5000) == POLLOUT);
    wait(NULL);
    close_pair(fds);
    int server = listen_at("s7", SOCK_STREAM, 3);
    if (fork() == 0) {
        usleep(50000);
        _exit(connect_path(socket(AF_UNIX, SOCK_STREAM, 0), "s7") != 0);
    }
    CHECK(ready(server, POLLIN, 5000) == POLLIN);
    close(accept(server, NULL, NULL));
    wait(NULL);
    close(server);
    unlink("s7");
}

static void credentials(void) {
    struct ucred c;
    socklen_t n = sizeof c;
    int fds[2], server = listen_at("s8", SOCK_SEQPACKET, 3), mine = getpid(), theirs;
    unix_pair(fds, SOCK_STREAM);
    CHECK(getsockopt(fds[0], SOL_SOCKET, SO_PEERCRED, &c, &n) == 0 && n == sizeof c && c.pid == mine);
    close_pair(fds);
    CHECK(getsockopt(server, SOL_SOCKET, SO_PEERCRED, &c, &n) == 0);
    if ((theirs = fork()) == 0) {
        failures = 0;
        int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        CHECK(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) == 0 && c.pid == 0 && c.uid == ~0u);
        CHECK(connect_path(fd, "s8") == 0);
        CHECK(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) == 0 && c.pid == mine);
        read(fd, data, 1);
        _exit(failures);
    }
    int fd = accept(server, NULL, NULL), status = 1;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) == 0 && c.pid == theirs);
    close(fd);
    CHECK(wait(&status) > 0 && status == 0);
    close(server);
    unlink("s8");
}

static void datagrams(void) {
    struct sockaddr_un a = path_address("d1"), from;
    socklen_t n = sizeof from;
    int one = socket(AF_UNIX, SOCK_DGRAM, 0), two = socket(AF_UNIX, SOCK_DGRAM, 0), fds[2];
    unlink("d1");
    unlink("d2");
    CHECK(bind_path(one, "d1") == 0 && bind_path(two, "d2") == 0);
    FAILS(listen(one, 1), EOPNOTSUPP);
    FAILS(send(two, "x", 1, 0), ENOTCONN);
    CHECK(sendto(two, "hello", 5, 0, (struct sockaddr*)&a, sizeof a) == 5);
    CHECK(recvfrom(one, data, 100, 0, (struct sockaddr*)&from, &n) == 5 && strcmp(from.sun_path, "d2") == 0);
    CHECK(connect_path(two, "d1") == 0 && send(two, "a", 1, 0) == 1 && send(two, "bc", 2, 0) == 2);
    CHECK(recv(one, data, 100, 0) == 1 && recv(one, data, 1, MSG_TRUNC) == 2);
    FAILS(recv(one, data, 1, MSG_DONTWAIT), EAGAIN);
    close(one);
    FAILS(send(two, "x", 1, 0), ECONNREFUSED);
    FAILS(sendto(two, "x", 1, 0, (struct sockaddr*)&a, sizeof a), ECONNREFUSED);
    unlink("d1");
    FAILS(sendto(two, "x", 1, 0, (struct sockaddr*)&a, sizeof a), ENOENT);
    unlink("d2");
    close(two);
    unix_pair(fds, SOCK_DGRAM);
    CHECK(send(fds[0], "pair", 4, 0) == 4 && recv(fds[1], data, 10, 0) == 4);
    close_pair(fds);
}

static const struct check checks[] = {{"pairs", pairs},
                                      {"names", names},
                                      {"long-names", long_names},
                                      {"refusals", refusals},
                                      {"backlog", backlog},
                                      {"blocking-connect", blocking_connect},
                                      {"messages", messages},
                                      {"endings", endings},
                                      {"full-queues", full_queues},
                                      {"polls", waiting_polls},
                                      {"credentials", credentials},
                                      {"datagrams", datagrams}};

int main(int argc, char** argv) {
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
