/* Checks the socket calls for TCP: how connections open, close and wait. Over loopback; written for any POSIX
 * system. */
#include "check.h"

static void refused(void) {
    int fd = listener(1);
    struct sockaddr_in a = loopback(local_port(fd));
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(connect(fd, (struct sockaddr*)&a, sizeof a), ECONNREFUSED);
    close(fd);

    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = connect(fd, (struct sockaddr*)&a, sizeof a);
    CHECK(result == -1 && (errno == EINPROGRESS || errno == ECONNREFUSED));
    if (errno == EINPROGRESS) {
        CHECK(ready(fd, POLLOUT, 5000) & (POLLERR | POLLHUP));
        CHECK(option(fd, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
        CHECK(option(fd, SOL_SOCKET, SO_ERROR) == 0);
    }
    close(fd);

    fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(connect(fd, (struct sockaddr*)&a, sizeof a) == 0 && send(fd, "x", 1, 0) == 1);
    char byte;
    FAILS(recv(fd, &byte, 1, 0), ECONNREFUSED);
    close(fd);
}

static void nonblocking(void) {
    int server = listener(4);
    struct sockaddr_in a = loopback(local_port(server));
    CHECK(fcntl(server, F_SETFL, O_NONBLOCK) == 0 && fcntl(server, F_GETFL) & O_NONBLOCK);
    FAILS(accept(server, NULL, NULL), EAGAIN);
    CHECK(ready(server, POLLIN, 0) == 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = connect(fd, (struct sockaddr*)&a, sizeof a);
    CHECK(result == 0 || errno == EINPROGRESS);
    CHECK(ready(fd, POLLOUT, 5000) == POLLOUT && option(fd, SOL_SOCKET, SO_ERROR) == 0);
    connect(fd, (struct sockaddr*)&a, sizeof a); /* Linux reports the success once, others do not */
    FAILS(connect(fd, (struct sockaddr*)&a, sizeof a), EISCONN);
    CHECK(ready(server, POLLIN, 5000) == POLLIN);
    int peer = accept(server, NULL, NULL);
    CHECK(peer >= 0);
    char data[65536];
    FAILS(recv(fd, data, sizeof data, 0), EAGAIN);
    FAILS(recv(peer, data, sizeof data, MSG_DONTWAIT), EAGAIN);
    memset(data, 'x', sizeof data);
    long sent = 0, got = 0;
    ssize_t n;
    do { /* data that move to the peer's buffer make room again */
        while ((n = send(fd, data, sizeof data, 0)) > 0) sent += n;
        CHECK(n == -1 && errno == EAGAIN);
    } while (ready(fd, POLLOUT, 200));
    CHECK(sent >= 16384);
    while (got < sent && (n = recv(peer, data, sizeof data, 0)) > 0) got += n;
    CHECK(got == sent && ready(fd, POLLOUT, 5000) == POLLOUT);
    close(fd);
    close(peer);
    close(server);
}

static void peeking(void) {
    int fds[2];
    char data[8] = "";
    make_pair(fds);
    CHECK(send(fds[0], "abcdef", 6, 0) == 6);
    CHECK(ready(fds[1], POLLIN, 5000) == POLLIN);
    CHECK(recv(fds[1], data, 3, MSG_PEEK) == 3 && memcmp(data, "abc", 3) == 0);
    CHECK(recv(fds[1], data, 8, MSG_PEEK) == 6 && recv(fds[1], data, 2, 0) == 2 &&
          memcmp(data, "ab", 2) == 0);
    if (fork() == 0) {
        usleep(100000);
        send(fds[0], "gh", 2, 0);
        _exit(0);
    }
    CHECK(recv(fds[1], data, 6, MSG_WAITALL) == 6 && memcmp(data, "cdefgh", 6) == 0);
    wait(NULL);
    close_pair(fds);
}

static void timeouts(void) {
    int fds[2];
    char byte;
    struct timeval short_time = {0, 200000}, told;
    socklen_t n = sizeof told;
    make_pair(fds);
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &short_time, sizeof short_time) == 0);
    CHECK(getsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &told, &n) == 0 && told.tv_usec == 200000 &&
          n == sizeof told);
    long start = now_ms();
    FAILS(recv(fds[0], &byte, 1, 0), EAGAIN);
    CHECK(now_ms() - start >= 190);
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &short_time, sizeof short_time) == 0);
    static char data[1 << 20];
    int small = 20000;
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
    CHECK(setsockopt(fds[1], SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
    start = now_ms();
    ssize_t sent =
        send(fds[0], data, sizeof data, 0); /* more than fits: returns the bytes sent before the timeout */
    CHECK(sent > 0 && sent < (ssize_t)sizeof data && now_ms() - start >= 190);
    while (sent > 0) sent = send(fds[0], data, sizeof data, 0);
    CHECK(errno == EAGAIN);
    close_pair(fds);

    int server = listener(1);
    CHECK(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &short_time, sizeof short_time) == 0);
    FAILS(accept(server, NULL, NULL), EAGAIN);
    close(server);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &short_time, sizeof short_time) == 0);
    FAILS(recv(fd, &byte, 1, 0), EAGAIN);
    struct timeval wrong = {0, 1000000};
    FAILS(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof wrong), EDOM);
    FAILS(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wrong, 4), EINVAL);
    close(fd);
}

static void half_closed(void) {
    int fds[2];
    char data[16];
    make_pair(fds);
    CHECK(send(fds[0], "last", 4, 0) == 4 && shutdown(fds[0], SHUT_WR) == 0);
    FAILS(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(ready(fds[1], POLLIN | POLLRDHUP, 5000) & POLLIN);
    CHECK(recv(fds[1], data, sizeof data, MSG_WAITALL) == 4 && recv(fds[1], data, sizeof data, 0) == 0);
    CHECK(ready(fds[1], POLLIN | POLLRDHUP, 5000) & POLLRDHUP);
    CHECK(send(fds[1], "answer", 6, 0) == 6 && recv(fds[0], data, sizeof data, 0) == 6);
    CHECK(shutdown(fds[1], SHUT_RDWR) == 0 && recv(fds[0], data, sizeof data, 0) == 0);
    CHECK(ready(fds[0], POLLIN | POLLOUT, 5000) & POLLHUP);
    FAILS(shutdown(fds[0], 9), EINVAL);
    close_pair(fds);
    make_pair(fds);
    CHECK(shutdown(fds[0], SHUT_RD) == 0 && recv(fds[0], data, 1, 0) == 0);
    close_pair(fds);
}

static void resets(void) {
    int fds[2];
    char byte;
    struct linger at_once = {1, 0};
    make_pair(fds);
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    close(fds[0]);
    CHECK(ready(fds[1], POLLIN, 5000) & (POLLERR | POLLHUP));
    FAILS(recv(fds[1], &byte, 1, 0), ECONNRESET);
    FAILS(send(fds[1], &byte, 1, MSG_NOSIGNAL), EPIPE);
    CHECK(recv(fds[1], &byte, 1, 0) == 0);
    close(fds[1]);

    make_pair(fds); /* closing with unread data resets the connection */
    CHECK(send(fds[1], "unread", 6, 0) == 6 && ready(fds[0], POLLIN, 5000));
    close(fds[0]);
    CHECK(ready(fds[1], POLLIN, 5000));
    FAILS(recv(fds[1], &byte, 1, 0), ECONNRESET);
    close(fds[1]);
}

static void lingering(void) {
    int fds[2];
    struct linger wait_for_it = {1, 5};
    static char data[100000], sink[100000];
    make_pair(fds);
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &wait_for_it, sizeof wait_for_it) == 0);
    CHECK(send(fds[0], data, sizeof data, 0) == sizeof data);
    if (fork() == 0) { /* reads everything, after a while */
        close(fds[0]);
        usleep(200000);
        _exit(recv(fds[1], sink, sizeof sink, MSG_WAITALL) == sizeof sink ? 0 : 1);
    }
    int status = -1;
    close_pair(fds);
    CHECK(wait(&status) > 0 && status == 0);
}

static const struct check checks[] = {{"refused", refused},         {"nonblocking", nonblocking},
                                      {"peeking", peeking},         {"timeouts", timeouts},
                                      {"half-closed", half_closed}, {"resets", resets},
                                      {"lingering", lingering}};

int main(int argc, char** argv) {
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
