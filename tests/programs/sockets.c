/* Checks the socket calls: addresses, types, options, datagrams, poll. Over loopback; written for any POSIX
 * system. */
#include "check.h"

static void names(void) {
    int fds[2];
    struct sockaddr_in a, b;
    socklen_t n = sizeof a;
    make_pair(fds);
    CHECK(getpeername(fds[0], (struct sockaddr*)&a, &n) == 0 && ntohs(a.sin_port) == local_port(fds[1]));
    n = sizeof b;
    CHECK(getpeername(fds[1], (struct sockaddr*)&b, &n) == 0 && ntohs(b.sin_port) == local_port(fds[0]));
    CHECK(b.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && b.sin_family == AF_INET);
    n = 4; /* too short: truncated, and the full length returned */
    CHECK(getsockname(fds[0], (struct sockaddr*)&a, &n) == 0 && n == sizeof a);
    close_pair(fds);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    n = sizeof a;
    FAILS(getpeername(fd, (struct sockaddr*)&a, &n), ENOTCONN);
    CHECK(local_port(fd) == 0);
    close(fd);
    FAILS(getsockname(fd, (struct sockaddr*)&a, &n), EBADF);
    FAILS(getsockname(1, (struct sockaddr*)&a, &n), ENOTSOCK);
}

static void wrong_kinds(void) {
    FAILS(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    FAILS(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    FAILS(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
    struct sockaddr_in a = loopback(1), elsewhere = a;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    FAILS(listen(fd, 1), EOPNOTSUPP);
    FAILS(accept(fd, NULL, NULL), EOPNOTSUPP);
    FAILS(bind(fd, (struct sockaddr*)&a, 4), EINVAL);
    a.sin_family = 77;
    FAILS(bind(fd, (struct sockaddr*)&a, sizeof a), EAFNOSUPPORT);
    elsewhere.sin_addr.s_addr = inet_addr("8.8.8.8");
    FAILS(bind(fd, (struct sockaddr*)&elsewhere, sizeof elsewhere), EADDRNOTAVAIL);
    FAILS(send(fd, "x", 1, 0), EDESTADDRREQ);
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    FAILS(accept(fd, NULL, NULL), EINVAL);
    CHECK(send(fd, "x", 1, MSG_NOSIGNAL) == -1 && (errno == ENOTCONN || errno == EPIPE)); /* POSIX, Linux */
    FAILS(shutdown(fd, SHUT_WR), ENOTCONN);
    close(fd);
}

static void ports(void) {
    struct sockaddr_in a;
    int one = 1, first = listener(1), second = socket(AF_INET, SOCK_STREAM, 0);
    a = loopback(local_port(first));
    FAILS(bind(second, (struct sockaddr*)&a, sizeof a), EADDRINUSE);
    CHECK(setsockopt(second, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0);
    FAILS(bind(second, (struct sockaddr*)&a, sizeof a), EADDRINUSE); /* a listener's port is not shared */
    close(first);
    CHECK(bind(second, (struct sockaddr*)&a, sizeof a) == 0);
    FAILS(bind(second, (struct sockaddr*)&a, sizeof a), EINVAL);
    close(second);
}

static void several_buffers(void) {
    int fds[2];
    char a[4] = "", b[8] = "";
    struct iovec out[3] = {{"one", 3}, {"", 0}, {"and two", 7}}, in[2] = {{a, 3}, {b, 8}};
    make_pair(fds);
    CHECK(writev(fds[0], out, 3) == 10);
    CHECK(recv(fds[1], a, 1, MSG_PEEK) == 1);
    CHECK(readv(fds[1], in, 2) == 10 && memcmp(a, "one", 3) == 0 && memcmp(b, "and two", 7) == 0);
    FAILS(writev(fds[0], out, -1), EINVAL);
    /* The sum of the lengths overflows. */
    struct iovec around[2] = {{a, 8}, {b, ~(size_t)0}};
    FAILS(writev(fds[0], around, 2), EINVAL);
    FAILS(readv(fds[1], around, 2), EINVAL);
    close_pair(fds);

    /* several buffers make one datagram */
    struct sockaddr_in to = loopback(0), from;
    int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(receiver, (struct sockaddr*)&to, sizeof to) == 0);
    to = loopback(local_port(receiver));
    struct msghdr m = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = out, .msg_iovlen = 3};
    CHECK(sendmsg(sender, &m, 0) == 10);
    m = (struct msghdr){.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in, .msg_iovlen = 1};
    CHECK(recvmsg(receiver, &m, 0) == 3 && m.msg_flags & MSG_TRUNC && m.msg_namelen == sizeof from);
    CHECK(ntohs(from.sin_port) == local_port(sender));
    close(receiver);
    close(sender);
}

static void options(void) {
    int fds[2], on = 1, size = 65536;
    make_pair(fds);
    CHECK(option(fds[0], SOL_SOCKET, SO_TYPE) == SOCK_STREAM &&
          option(fds[0], SOL_SOCKET, SO_ACCEPTCONN) == 0);
    CHECK(option(fds[0], IPPROTO_TCP, TCP_NODELAY) == 0);
    CHECK(setsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
          option(fds[0], IPPROTO_TCP, TCP_NODELAY));
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0 &&
          option(fds[0], SOL_SOCKET, SO_KEEPALIVE));
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0);
    CHECK(option(fds[0], SOL_SOCKET, SO_RCVBUF) >= size);
    CHECK(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0);
    CHECK(option(fds[0], SOL_SOCKET, SO_SNDBUF) >= size);
    struct tcp_info info;
    socklen_t n = sizeof info;
    CHECK(getsockopt(fds[0], IPPROTO_TCP, TCP_INFO, &info, &n) == 0 && info.tcpi_state == TCP_ESTABLISHED);
    CHECK(info.tcpi_snd_cwnd > 0 && info.tcpi_snd_mss > 500);
    char name[16] = "";
    n = sizeof name;
    CHECK(setsockopt(fds[0], IPPROTO_TCP, TCP_CONGESTION, "cubic", 5) == 0);
    CHECK(getsockopt(fds[0], IPPROTO_TCP, TCP_CONGESTION, name, &n) == 0 && strcmp(name, "cubic") == 0);
    FAILS(setsockopt(fds[0], IPPROTO_TCP, TCP_CONGESTION, "magic", 5), ENOENT);
    FAILS(setsockopt(fds[0], SOL_SOCKET, 12345, &on, sizeof on), ENOPROTOOPT);
    FAILS(setsockopt(fds[0], SOL_SOCKET, SO_KEEPALIVE, &on, 1), EINVAL);
    FAILS(setsockopt(fds[0], SOL_SOCKET, SO_KEEPALIVE, (void*)8, sizeof on), EFAULT);
    close_pair(fds);

    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in everybody = loopback(9);
    everybody.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    FAILS(sendto(fd, "x", 1, 0, (struct sockaddr*)&everybody, sizeof everybody), EACCES);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) == 0);
    ssize_t sent = sendto(fd, "x", 1, 0, (struct sockaddr*)&everybody, sizeof everybody);
    CHECK(sent == 1 || errno == ENETUNREACH || errno == ENETDOWN);
    close(fd);
}

static void datagrams(void) {
    struct sockaddr_in a = loopback(0), from;
    socklen_t n = sizeof from;
    static char data[65536];
    int one = socket(AF_INET, SOCK_DGRAM, 0), two = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(two, (struct sockaddr*)&a, sizeof a) == 0);
    a = loopback(local_port(two));
    close(two); /* frees its port */
    two = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(one, (struct sockaddr*)&a, sizeof a) == 0);
    CHECK(sendto(two, "hello", 5, 0, (struct sockaddr*)&a, sizeof a) == 5);
    CHECK(sendto(two, "", 0, 0, (struct sockaddr*)&a, sizeof a) == 0);
    CHECK(recvfrom(one, data, 2, MSG_PEEK, NULL, NULL) == 2 &&
          recvfrom(one, data, 2, MSG_PEEK | MSG_TRUNC, NULL, NULL) == 5);
    CHECK(recvfrom(one, data, sizeof data, 0, (struct sockaddr*)&from, &n) == 5 && n == sizeof from);
    CHECK(ntohs(from.sin_port) == local_port(two));
    CHECK(recv(one, data, sizeof data, 0) == 0); /* an empty datagram, not the end */
    memset(data, 'd', sizeof data);
    CHECK(sendto(two, data, 65507, 0, (struct sockaddr*)&a, sizeof a) == 65507);
    CHECK(recv(one, data, sizeof data, 0) == 65507 && data[65506] == 'd');
    FAILS(sendto(two, data, 65508, 0, (struct sockaddr*)&a, sizeof a), EMSGSIZE);
    /* a connected socket ignores datagrams of others */
    CHECK(connect(one, (struct sockaddr*)&from, sizeof from) == 0 && send(one, "to two", 6, 0) == 6);
    CHECK(recv(two, data, sizeof data, 0) == 6);
    int three = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(sendto(three, "x", 1, 0, (struct sockaddr*)&a, sizeof a) == 1);
    CHECK(ready(one, POLLIN, 100) == 0);
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    CHECK(connect(one, &nobody, sizeof nobody) == 0);
    CHECK(sendto(three, "y", 1, 0, (struct sockaddr*)&a, sizeof a) == 1 &&
          recv(one, data, sizeof data, 0) == 1);
    close(one);
    close(two);
    close(three);
}

static void polling(void) {
    int fds[2], p[2];
    char data[16];
    make_pair(fds);
    CHECK(pipe(p) == 0);
    struct pollfd all[4] = {{fds[0], POLLIN, 0}, {p[0], POLLIN, 0}, {-1, POLLIN, 0}, {99, POLLIN, 0}};
    CHECK(poll(all, 4, 0) == 1 && all[3].revents == POLLNVAL && all[2].revents == 0);
    long start = now_ms();
    CHECK(poll(all, 3, 200) == 0 && now_ms() - start >= 190);
    if (fork() == 0) {
        usleep(100000);
        write(p[1], "p", 1);
        usleep(200000);
        send(fds[1], "s", 1, 0);
        _exit(0);
    }
    CHECK(poll(all, 3, 5000) == 1 && all[1].revents == POLLIN && read(p[0], data, 16) == 1);
    CHECK(poll(all, 3, 5000) == 1 && all[0].revents == POLLIN && recv(fds[0], data, 16, 0) == 1);
    wait(NULL);
    close(p[1]);
    CHECK(poll(all, 3, 5000) == 1 && all[1].revents & POLLHUP);
    close(p[0]);
    fd_set set;
    struct timeval at_once = {0, 0};
    FD_ZERO(&set);
    FD_SET(fds[0], &set);
    CHECK(select(fds[0] + 1, &set, NULL, NULL, &at_once) == 0 && !FD_ISSET(fds[0], &set));
    FD_SET(fds[0], &set);
    CHECK(select(fds[0] + 1, NULL, &set, NULL, NULL) == 1 && FD_ISSET(fds[0], &set));
    close_pair(fds);
}

static void looking_up(void) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
    char host[NI_MAXHOST], service[NI_MAXSERV];
    CHECK(getaddrinfo("localhost", "http", &hints, &list) == 0);
    struct sockaddr_in* a = (struct sockaddr_in*)list->ai_addr;
    CHECK(a->sin_addr.s_addr == htonl(INADDR_LOOPBACK) && a->sin_port == htons(80) && !list->ai_next);
    CHECK(getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, service, sizeof service,
                      NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    CHECK(strcmp(host, "127.0.0.1") == 0 && strcmp(service, "80") == 0);
    freeaddrinfo(list);
    CHECK(getaddrinfo("10.1.2.3", "7", NULL, &list) == 0 && list->ai_next);
    freeaddrinfo(list);
    hints.ai_flags = AI_NUMERICHOST;
    CHECK(getaddrinfo("localhost", NULL, &hints, &list) == EAI_NONAME);
    CHECK(getaddrinfo("127.0.0.1", "no-such-service", NULL, &list) == EAI_SERVICE);
    CHECK(getaddrinfo(NULL, NULL, NULL, &list) == EAI_NONAME);
    hints.ai_family = AF_INET6;
    CHECK(getaddrinfo("127.0.0.1", NULL, &hints, &list) != 0);
    struct in_addr address;
    char text[INET_ADDRSTRLEN];
    CHECK(inet_pton(AF_INET, "1.2.3.4", &address) == 1 && address.s_addr == htonl(0x01020304));
    CHECK(inet_pton(AF_INET, "1.2.3", &address) == 0 && inet_pton(AF_INET, "1.2.3.256", &address) == 0);
    CHECK(strcmp(inet_ntop(AF_INET, &address, text, sizeof text), "1.2.3.4") == 0);
    errno = 0;
    CHECK(inet_ntop(AF_INET, &address, text, 4) == NULL && errno == ENOSPC);
}

static const struct check checks[] = {{"names", names},     {"wrong-kinds", wrong_kinds},
                                      {"ports", ports},     {"several-buffers", several_buffers},
                                      {"options", options}, {"datagrams", datagrams},
                                      {"polling", polling}, {"looking-up", looking_up}};

int main(int argc, char** argv) {
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 1 ? argv[1] : NULL);
}
