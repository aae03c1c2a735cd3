/* netd's service as a program sees it: every answer and every error, and what is left when clients are
 * killed.
 *
 *   netdtest              runs the checks
 *   netdtest kill N SEED  kills N clients, each at a random moment, and prints how many had a channel
 *   netdtest hold PORT    opens a UDP port, prints its channel's number, and waits
 *   netdtest try TYPE PORT   tries to open a port, and prints the answer */
#include <channel.h>
#include <netd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "abi/netctl.h"
#include "nx6.h"
#include "unix.h"

#define IS(call, wanted)                                                                  \
    do {                                                                                  \
        int got = (call);                                                                 \
        if (got != (wanted)) {                                                            \
            printf("%s:%d: %s: %s, not %s\n", __func__, __LINE__, #call, netd_error(got), \
                   netd_error(wanted));                                                   \
            failures++;                                                                   \
        }                                                                                 \
    } while (0)

static int udp_socket(int port) {
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(fd, (struct sockaddr*)&a, sizeof a) == 0) return fd;
    close(fd);
    return -1;
}

static int tcp_listener(int port) {
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr*)&a, sizeof a) == 0 && listen(fd, 1) == 0) return fd;
    close(fd);
    return -1;
}

static void information(void) {
    struct netd_ip_info info;
    struct ifinfo kernel;
    unsigned char mac[6];
    IS(netd_get_ip_info(0, &info), NETD_OK);
    CHECK(ifinfo(0, &kernel) == 0);
    CHECK(info.address == kernel.addr && info.gateway == kernel.gateway && info.mtu == kernel.mtu);
    CHECK(info.prefix_length == kernel.prefix_length);
    CHECK(strcmp(info.name, kernel.name) == 0);
    IS(netd_get_mac_address(0, mac), NETD_OK);
    CHECK(memcmp(mac, kernel.mac, 6) == 0);
    IS(netd_get_ip_info(99, &info), NETD_NO_INTERFACE);
    IS(netd_get_ip_info(-1, &info), NETD_NO_INTERFACE);
}

static void ports(void) {
    int channel = -1, second = -1;
    unsigned short port = 0, other = 0;
    IS(netd_bind_port(NETD_UDP, 7000, &channel, NULL), NETD_OK);
    CHECK(channel >= 0);
    IS(netd_bind_port(NETD_UDP, 7000, &second, NULL), NETD_IN_USE);
    CHECK(second == -1);
    IS(netd_bind_port(NETD_UDP, 7000, &channel, NULL), NETD_OK); /* it is this channel's */
    IS(netd_bind_port(NETD_TCP, 7000, &second, NULL), NETD_OK);
    IS(netd_get_port(NETD_UDP, &port, &channel, NULL), NETD_OK);
    IS(netd_get_port(NETD_UDP, &other, &second, NULL), NETD_OK);
    CHECK(port >= 1024 && other >= 1024 && port != other);
    IS(netd_close_port(NETD_UDP, 7000, second), NETD_NOT_YOURS);
    IS(netd_close_port(NETD_UDP, 7001, second), NETD_NOT_FOUND);
    IS(netd_close_port(NETD_UDP, 7000, channel), NETD_OK);
    IS(netd_close_port(NETD_UDP, 7000, channel), NETD_NOT_FOUND);
    IS(netd_bind_port(NETD_UDP, 7000, &second, NULL), NETD_OK);
    close(channel);
    close(second);
    int again = -1;
    IS(netd_bind_port(NETD_TCP, 7000, &again, NULL), NETD_OK); /* close() has freed it */
    IS(netd_bind_port(NETD_UDP, port, &again, NULL), NETD_OK);
    close(again);
}

static void one_owner(void) {
    int channel = -1, s = udp_socket(7100), t = tcp_listener(7100);
    CHECK(s >= 0 && t >= 0);
    IS(netd_bind_port(NETD_UDP, 7100, &channel, NULL), NETD_IN_USE);
    IS(netd_bind_port(NETD_TCP, 7100, &channel, NULL), NETD_IN_USE);
    close(s);
    close(t);
    IS(netd_bind_port(NETD_UDP, 7100, &channel, NULL), NETD_OK);
    IS(netd_bind_port(NETD_TCP, 7100, &channel, NULL), NETD_OK);
    CHECK(udp_socket(7100) == -1 && errno == EADDRINUSE);
    CHECK(tcp_listener(7100) == -1 && errno == EADDRINUSE);
    close(channel);
    CHECK((s = udp_socket(7100)) >= 0);
    close(s);
}

static void refusals(void) {
    int channel = -1, file;
    struct netd_size no_interface = {7, 256, 512}, odd = {0, 100, 512}, huge = {0, 1 << 20, 1 << 30};
    IS(netd_bind_port(NETD_TCP, 80, &channel, NULL), NETD_REFUSED);
    IS(netd_tap(NULL, 0, NETCTL_RECEIVED, "", &channel, NULL), NETD_REFUSED);
    IS(netd_bind_port(1, 7200, &channel, NULL), NETD_INVALID);
    IS(netd_bind_port(NETD_UDP, 0, &channel, NULL), NETD_INVALID);
    IS(netd_bind_port(NETD_UDP, 7200, &channel, &no_interface), NETD_NO_INTERFACE);
    IS(netd_bind_port(NETD_UDP, 7200, &channel, &odd), NETD_INVALID);
    IS(netd_bind_port(NETD_UDP, 7200, &channel, &huge), NETD_INVALID);
    IS(netd_close_port(NETD_UDP, 7200, -1), NETD_INVALID);
    CHECK(channel == -1);
    /* A descriptor that is no channel. */
    file = open("/README", O_RDONLY);
    IS(netd_bind_port(NETD_UDP, 7200, &file, NULL), NETD_INVALID);
    close(file);
}

static void many_channels(void) {
    static int channels[512];
    unsigned short port;
    int n = 0, error = NETD_OK;
    for (; n < 512; n++) {
        channels[n] = -1;
        port = 0;
        if ((error = netd_get_port(NETD_UDP, &port, &channels[n], NULL)) != NETD_OK) break;
    }
    CHECK(n > 1 && n < 512);
    CHECK(error == NETD_NO_MEMORY);
    for (int i = 0; i < n; i++) close(channels[i]);
    int channel = -1;
    port = 0;
    IS(netd_get_port(NETD_UDP, &port, &channel, NULL), NETD_OK);
    close(channel);
}

static void many_ports(void) {
    int channel = -1, n = 0, error;
    unsigned short port = 0;
    while ((error = netd_get_port(NETD_UDP, &port, &channel, NULL)) == NETD_OK) n++, port = 0;
    CHECK(error == NETD_NO_MEMORY && n >= 100);
    close(channel);
}

static void arp_filter(void) {
    int channel = -1;
    IS(netd_arp_filter(&channel, NULL), NETD_OK);
    IS(netd_arp_filter(&channel, NULL), NETD_OK);
    close(channel);
}

/* A connection that is open, but asks nothing. */
static int open_connection(void) {
    struct sockaddr_un {
        unsigned short family;
        char path[108];
    } there = {1, "/run/netd"};
    int fd = socket(1, SOCK_SEQPACKET, 0);
    if (connect(fd, (struct sockaddr*)&there, sizeof there) == 0) return fd;
    close(fd);
    return -1;
}

/* One process gets few connections. */
static void busy(void) {
    enum { MOST = 5 };
    struct netd_ip_info info;
    int fds[MOST], answer = 0, pid, status = -1;
    for (int i = 0; i < MOST; i++) fds[i] = open_connection();
    CHECK(fds[MOST - 1] >= 0 && recv(fds[MOST - 1], &answer, sizeof answer, 0) > 0 && answer == NETD_BUSY);
    if ((pid = fork()) == 0) _exit(-netd_get_ip_info(0, &info));
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (int i = 0; i < MOST; i++) close(fds[i]);
    IS(netd_get_ip_info(0, &info), NETD_OK);
}

/* More silent processes than netd has places keep nobody away. */
static void silent_crowd(void) {
    enum { CROWD = 40 };
    struct netd_ip_info info;
    int pids[CROWD], ready[2];
    char byte;
    CHECK(pipe(ready) == 0);
    for (int i = 0; i < CROWD; i++) {
        if ((pids[i] = fork()) != 0) continue;
        open_connection();
        write(ready[1], "", 1);
        for (;;) sleep(1000);
    }
    for (int i = 0; i < CROWD; i++) CHECK(read(ready[0], &byte, 1) == 1);
    for (int i = 0; i < 3; i++) IS(netd_get_ip_info(0, &info), NETD_OK);
    for (int i = 0; i < CROWD; i++) kill(pids[i], SIGKILL), waitpid(pids[i], NULL, 0);
    close(ready[0]);
    close(ready[1]);
}

/* Small channels are as many as large ones are few. */
static void many_small_channels(void) {
    static int channels[300];
    const struct netd_size small = {0, 1, 1};
    int n = 0, error = NETD_OK;
    for (; n < 300 && error == NETD_OK; n++) {
        unsigned short port = 0;
        channels[n] = -1;
        error = netd_get_port(NETD_UDP, &port, &channels[n], &small);
    }
    CHECK(error == NETD_NO_MEMORY && n > 8 && n < 100);
    for (int i = 0; i < n; i++)
        if (channels[i] >= 0) close(channels[i]);
}

static void nonsense(void) {
    static const char text[] = "GET / HTTP/1.0";
    char answer[200];
    int fd = open_connection();
    CHECK(send(fd, text, sizeof text, 0) == sizeof text);
    CHECK(recv(fd, answer, sizeof answer, 0) > 0 && *(int*)answer == NETD_INVALID);
    close(fd);
}

/* netd closes all n descriptors that come with a message: then the pipe has no writer any more. */
static void send_pipe(int n, const void* data, size_t length) {
    int fd = open_connection(), ends[2], fds[2];
    char byte;
    CHECK(pipe(ends) == 0);
    fds[0] = fds[1] = ends[1];
    CHECK(send_fds(fd, data, length, fds, n) == (ssize_t)length);
    close(ends[1]);
    CHECK(ready(ends[0], POLLIN, 5000) && read(ends[0], &byte, 1) == 0);
    close(ends[0]);
    close(fd);
}

/* Sends netd a socket whose last close waits for a reader that never reads, and closes its own. */
static void leave_lingering_socket(void) {
    static char data[4096];
    struct sockaddr_in a = loopback(7310);
    struct linger patient = {1, 1000};
    int fd = open_connection(), sender = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(sender, (struct sockaddr*)&a, sizeof a) == 0);
    while (send(sender, data, sizeof data, MSG_DONTWAIT) > 0) continue;
    CHECK(setsockopt(sender, SOL_SOCKET, SO_LINGER, &patient, sizeof patient) == 0);
    CHECK(send_fds(fd, data, 15, &sender, 1) == 15);
    close(sender);
    _exit(0);
}

static void lingering_sockets(void) {
    struct netd_ip_info info;
    int listener = tcp_listener(7310);
    for (int i = 0; i < 5; i++) {
        int pid = fork();
        if (pid == 0) leave_lingering_socket();
        usleep(50000);
        IS(netd_get_ip_info(0, &info), NETD_OK);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    close(listener);
}

static void unwanted_descriptors(void) {
    static char text[50000] = "GET / HTTP/1.0";
    send_pipe(1, text, 15);
    send_pipe(2, text, 15);
    send_pipe(1, text, 0);
    send_pipe(1, text, sizeof text);
}

static void mapped_memory(void) {
    struct channel c;
    int fd = -1;
    IS(netd_bind_port(NETD_UDP, 7300, &fd, NULL), NETD_OK);
    CHECK(channel_map(&c, fd) == 0);
    CHECK(c.memory->magic == CHANNEL_MAGIC && c.memory->version == CHANNEL_VERSION);
    CHECK(c.memory->slots == 256 && c.memory->buffers == 512);
    CHECK(channel_lend(&c, 0) && ready(fd, POLLIN, 0) == 0 && ready(fd, POLLOUT, 0) == POLLOUT);
    FAILS(read(fd, &c, 1), EINVAL);
    FAILS(write(fd, &c, 1), EINVAL);
    /* An index that cannot be. */
    c.memory->transmit.posted = 1000;
    ioctl(fd, CHANNEL_SIGNAL, NULL);
    CHECK(ready(fd, POLLOUT, 0) & POLLERR);
    int other = -1;
    IS(netd_bind_port(NETD_UDP, 7300, &other, NULL), NETD_OK); /* the liar has lost it */
    close(other);
    channel_unmap(&c);
    close(fd);
}

/* A client that opens and closes ports and sends, for ever. */
static void be_a_client(unsigned seed) {
    struct channel c;
    srand(seed);
    for (;;) {
        int fd = -1;
        unsigned short port = 0;
        if (netd_get_port(rand() % 2 ? NETD_UDP : NETD_TCP, &port, &fd, NULL) != NETD_OK) continue;
        if (channel_map(&c, fd) == 0) {
            for (unsigned i = 0; i < 32; i++) channel_lend(&c, i);
            for (unsigned i = 32; i < 64; i++) channel_send(&c, i, 0, 60);
            channel_flush(&c);
            if (rand() % 2) channel_unmap(&c);
        }
        if (rand() % 2) netd_close_port(NETD_UDP, port, fd);
        if (rand() % 2) netd_arp_filter(&fd, NULL);
        if (rand() % 4) close(fd);
    }
}

static int kill_clients(int n, unsigned seed) {
    enum { AT_ONCE = 4 };
    int pids[AT_ONCE] = {0};
    srand(seed);
    for (int i = 0; i < n + AT_ONCE; i++) {
        int* pid = &pids[i % AT_ONCE];
        if (*pid) kill(*pid, SIGKILL), waitpid(*pid, NULL, 0);
        *pid = 0;
        if (i >= n) continue;
        if ((*pid = fork()) == 0) be_a_client(seed + (unsigned)i);
        if (*pid < 0) return printf("fork: %s\n", strerror(errno)), 1;
        usleep(rand() % 3000);
    }
    printf("%d clients killed\n", n);
    return 0;
}

static int hold(int port) {
    int channel = -1;
    struct channel_info info;
    int error = netd_bind_port(NETD_UDP, (unsigned short)port, &channel, NULL);
    if (error != NETD_OK) return printf("hold: %s\n", netd_error(error)), 1;
    CHECK(ioctl(channel, CHANNEL_INFO, &info) == 0);
    printf("hold: port %d, channel %lu\n", port, info.id);
    fflush(stdout);
    for (;;) sleep(1000);
}

static int try(const char* type, int port) {
    int channel = -1;
    int error =
        netd_bind_port(strcmp(type, "tcp") == 0 ? NETD_TCP : NETD_UDP, (unsigned short)port, &channel, NULL);
    printf("%s\n", netd_error(error));
    return error != NETD_OK;
}

static const struct check checks[] = {
    {"information", information},
    {"ports", ports},
    {"one_owner", one_owner},
    {"refusals", refusals},
    {"many_channels", many_channels},
    {"many_ports", many_ports},
    {"arp_filter", arp_filter},
    {"busy", busy},
    {"silent_crowd", silent_crowd},
    {"many_small_channels", many_small_channels},
    {"nonsense", nonsense},
    {"unwanted_descriptors", unwanted_descriptors},
    {"lingering_sockets", lingering_sockets},
    {"mapped_memory", mapped_memory},
};

int main(int argc, char** argv) {
    if (argc == 4 && strcmp(argv[1], "kill") == 0)
        return kill_clients(atoi(argv[2]), (unsigned)atoi(argv[3]));
    if (argc == 3 && strcmp(argv[1], "hold") == 0) return hold(atoi(argv[2]));
    if (argc == 4 && strcmp(argv[1], "try") == 0) return try(argv[2], atoi(argv[3]));
    return run_checks(checks, sizeof checks / sizeof *checks, argc > 1 ? argv[1] : NULL);
}
