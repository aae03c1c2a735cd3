/* Checks descriptors in messages (SCM_RIGHTS), and close-on-exec. It passes on Linux too. */
#include "unix.h"

static char data[4096];

/* The descriptors of a message, in a pipe of which nobody else has the reading end. */
static int closes_pipe(int reader) { return ready(reader, POLLIN, 5000) & POLLHUP; }

static void a_pipe(void) {
    int fds[2], p[2], got[4], n = 4, flags = 0;
    unix_pair(fds, SOCK_STREAM);
    CHECK(pipe(p) == 0);
    CHECK(send_fds(fds[0], "two", 3, p, 2) == 3);
    close(p[1]);
    CHECK(write(p[0], "x", 1) == -1 && errno == EBADF);
    CHECK(receive_fds(fds[1], data, 10, got, &n, &flags) == 3 && n == 2 && flags == 0);
    CHECK(memcmp(data, "two", 3) == 0 && got[0] != p[0]);
    CHECK(write(got[1], "through", 7) == 7 && read(p[0], data, 10) == 7);
    close(got[0]);
    close(got[1]);
    CHECK(closes_pipe(p[0]));
    close(p[0]);
    close_pair(fds);
}

static void to_another_process(void) {
    int fds[2], p[2], got, n = 1, flags = 0, status = 1;
    unix_pair(fds, SOCK_SEQPACKET);
    if (fork() == 0) {
        close(fds[0]);
        ready(fds[1], POLLIN, 5000);
        receive_fds(fds[1], data, 10, &got, &n, &flags);
        _exit(n != 1 || write(got, "from the child", 14) != 14);
    }
    CHECK(pipe(p) == 0 && send_fds(fds[0], "p", 1, &p[1], 1) == 1);
    close(p[1]);
    CHECK(read(p[0], data, 100) == 14 && wait(&status) > 0 && status == 0);
    CHECK(read(p[0], data, 100) == 0);
    close(p[0]);
    close_pair(fds);
}

static void too_little_room(void) {
    int fds[2], p[2], got[8], n, flags;
    unix_pair(fds, SOCK_SEQPACKET);
    CHECK(pipe(p) == 0);
    int four[4] = {p[1], p[1], p[1], p[1]};
    CHECK(send_fds(fds[0], "a", 1, four, 4) == 1 && send_fds(fds[0], "b", 1, four, 4) == 1 &&
          send_fds(fds[0], "c", 1, four, 4) == 1);
    close(p[1]);
    n = 3, flags = 0; /* room for three of four */
    CHECK(receive_fds(fds[1], data, 10, got, &n, &flags) == 1 && n >= 3 && (n == 4 || flags & MSG_CTRUNC));
    for (int i = 0; i < n; i++) close(got[i]);
    n = 0, flags = 0; /* none */
    CHECK(receive_fds(fds[1], data, 10, got, &n, &flags) == 1 && flags & MSG_CTRUNC);
    CHECK(recv(fds[1], data, 10, 0) == 1);
    CHECK(closes_pipe(p[0]));
    close(p[0]);
    close_pair(fds);
}

/* Bytes of two messages with descriptors are not mixed. */
static void barriers(void) {
    int fds[2], p[2], got[4], n = 4, flags = 0;
    unix_pair(fds, SOCK_STREAM);
    CHECK(pipe(p) == 0);
    CHECK(send(fds[0], "1234", 4, 0) == 4 && send_fds(fds[0], "5", 1, p, 1) == 1);
    CHECK(send(fds[0], "67", 2, 0) == 2 && send_fds(fds[0], "8", 1, p, 2) == 1);
    CHECK(receive_fds(fds[1], data, 20, got, &n, &flags) == 5 && n == 1);
    close(got[0]);
    n = 4;
    CHECK(receive_fds(fds[1], data, 1, got, &n, &flags) == 1 && n == 0 && data[0] == '6');
    n = 4, flags = MSG_PEEK;
    CHECK(receive_fds(fds[1], data, 20, got, &n, &flags) == 2 && n == 2);
    close_pair(got);
    n = 4, flags = 0;
    CHECK(receive_fds(fds[1], data, 20, got, &n, &flags) == 2 && n == 2 && memcmp(data, "78", 2) == 0);
    close_pair(got);
    close_pair(p);
    close_pair(fds);
}

static void wrong_control(void) {
    int fds[2], bad = 999, got[2], n = 2, flags = 0;
    unix_pair(fds, SOCK_STREAM);
    FAILS(send_fds(fds[0], "x", 1, &bad, 1), EBADF);
    int many[254];
    for (int i = 0; i < 254; i++) many[i] = fds[0];
    FAILS(send_fds(fds[0], "x", 1, many, 254), EINVAL);
    CHECK(send_fds(fds[0], "x", 1, many, 100) == 1);
    struct cmsghdr h = {CMSG_LEN(0), SOL_SOCKET, 77};
    struct iovec v = {"y", 1};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = &h, .msg_controllen = sizeof h};
    FAILS(sendmsg(fds[0], &m, 0), EINVAL); /* an unknown type */
    h.cmsg_type = SCM_RIGHTS;
    h.cmsg_len = 3;
    FAILS(sendmsg(fds[0], &m, 0), EINVAL); /* a length below the header's */
    h.cmsg_len = 1000;
    FAILS(sendmsg(fds[0], &m, 0), EINVAL);
    h.cmsg_len = CMSG_LEN(0);
    CHECK(sendmsg(fds[0], &m, 0) == 1); /* no descriptors */
    h.cmsg_level = 77;
    CHECK(sendmsg(fds[0], &m, 0) == 1); /* not ours */
    CHECK(recv(fds[1], data, 100, 0) >= 1);
    n = 2;
    CHECK(receive_fds(fds[1], data, 100, got, &n, &flags) == 2 && n == 0);
    FAILS(recvmsg(fds[1], (struct msghdr*)16, MSG_DONTWAIT), EFAULT);
    FAILS(sendmsg(fds[1], (struct msghdr*)16, MSG_DONTWAIT), EFAULT);
    FAILS(sendmsg(1234, &m, 0), EBADF);
    close_pair(fds);
    int pipes[2];
    CHECK(pipe(pipes) == 0);
    FAILS(sendmsg(pipes[1], &m, 0), ENOTSOCK);
    close_pair(pipes);
}

static void as_many_as_fit(void) {
    int fds[2], many[253], got[253], n = 253, flags = 0;
    unix_pair(fds, SOCK_SEQPACKET);
    for (int i = 0; i < 253; i++) many[i] = fds[0];
    CHECK(send_fds(fds[0], "x", 1, many, 253) == 1);
    CHECK(receive_fds(fds[1], data, 10, got, &n, &flags) == 1 && n == 253 && flags == 0);
    for (int i = 0; i < n; i++) close(got[i]);
    close_pair(fds);
}

/* A TCP socket that would wait for its peer when it is closed: in a message it may not. */
static void lingering(void) {
    int tcp[2], fds[2];
    struct linger long_time = {1, 1000};
    make_pair(tcp);
    while (send(tcp[0], data, sizeof data, MSG_DONTWAIT) > 0) continue;
    unix_pair(fds, SOCK_STREAM);
    CHECK(setsockopt(tcp[0], SOL_SOCKET, SO_LINGER, &long_time, sizeof long_time) == 0);
    CHECK(send_fds(fds[0], "x", 1, tcp, 1) == 1);
    close(tcp[0]);
#ifndef __linux__
    close_pair(fds);
#endif
    close(tcp[1]);
}

static void no_free_descriptor(void) {
    int fds[2], got[4], n = 4, flags = 0, last = 0, spare[1100], count = 0;
    unix_pair(fds, SOCK_STREAM);
    int two[2] = {fds[0], fds[0]};
    CHECK(send_fds(fds[0], "x", 1, two, 2) == 1);
    while (count < 1100 && (last = dup(fds[0])) >= 0) spare[count++] = last;
    if (last < 0) {
        CHECK(errno == EMFILE);
        close(spare[--count]);
        CHECK(receive_fds(fds[1], data, 10, got, &n, &flags) == 1 && n == 1 && flags & MSG_CTRUNC);
        CHECK(got[0] == spare[count]);
        close(got[0]);
    }
    while (count > 0) close(spare[--count]);
    close_pair(fds);
}

static int is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

static void closing_on_exec(void) {
    int fds[2], keep = dup(0), got[1], n = 1, flags = MSG_CMSG_CLOEXEC, status = 1;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    CHECK(fcntl(fds[0], F_GETFD) == FD_CLOEXEC && fcntl(keep, F_GETFD) == 0);
    int copy = dup(fds[0]), file = open("cloexec", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    CHECK(fcntl(copy, F_GETFD) == 0 && fcntl(copy, F_SETFD, FD_CLOEXEC) == 0 &&
          fcntl(copy, F_GETFD) == FD_CLOEXEC);
    CHECK(fcntl(file, F_GETFD) == FD_CLOEXEC && dup2(keep, file) == file && fcntl(file, F_GETFD) == 0);
    unlink("cloexec");
    CHECK(send_fds(fds[0], "x", 1, &keep, 1) == 1);
    CHECK(receive_fds(fds[1], data, 1, got, &n, &flags) == 1 && n == 1 &&
          fcntl(got[0], F_GETFD) == FD_CLOEXEC);
    FAILS(fcntl(999, F_GETFD), EBADF);
    if (fork() == 0) {
        char text[5][12];
        int all[5] = {fds[0], fds[1], copy, got[0], keep};
        for (int i = 0; i < 5; i++) snprintf(text[i], sizeof text[i], "%d", all[i]);
        char* argv[] = {"unixrights", "exec", text[0], text[1], text[2], text[3], text[4], NULL};
        execv("unixrights", argv);
        _exit(1);
    }
    CHECK(wait(&status) > 0 && status == 0);
    close(keep);
    close(copy);
    close(file);
    close(got[0]);
    close_pair(fds);
}

/* In the new program: only the last descriptor is open. */
static int after_exec(char** argv) {
    return is_open(atoi(argv[2])) || is_open(atoi(argv[3])) || is_open(atoi(argv[4])) ||
           is_open(atoi(argv[5])) || !is_open(atoi(argv[6]));
}

static const struct check checks[] = {{"a-pipe", a_pipe},
                                      {"to-another-process", to_another_process},
                                      {"too-little-room", too_little_room},
                                      {"barriers", barriers},
                                      {"wrong-control", wrong_control},
                                      {"as-many-as-fit", as_many_as_fit},
                                      {"lingering", lingering},
                                      {"no-free-descriptor", no_free_descriptor},
                                      {"closing-on-exec", closing_on_exec}};

int main(int argc, char** argv) {
    if (argc > 2 && strcmp(argv[1], "exec") == 0) return after_exec(argv);
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
