/* Packet channels, as a program uses them. It needs the network control descriptor (boot argument netctl=sh).
 *
 *   channel check      the calls: mmap, ioctl, poll, and what they refuse
 *   channel echo PORT  echoes the datagrams of a UDP port, until it is killed
 *   channel flip N     sends frames to the gateway's port 9 while a child changes their headers, until N were
 *                      accepted
 */
#include <signal.h>

#include "abi/channel_ring.h"
#include "abi/netctl.h"

#include "check.h"
#include "sys/ioctl.h"
#include "sys/mman.h"

enum { SLOTS = 64, BUFFERS = 2 * SLOTS, HEADERS = 14 + 20 + 8 };

struct channel {
    int fd;
    struct channel_memory* memory;
    struct channel_program rx, tx;
};

static int create(int flags) {
    struct netctl_create c = {0, SLOTS, BUFFERS, flags, 0, -1};
    return ioctl(NETCTL_DESCRIPTOR, NETCTL_CREATE, &c) == 0 ? c.fd : -1;
}

static int claim(int fd, int port) {
    struct netctl_flow f = {fd, IPPROTO_UDP, 0, port, 0, 0};
    return ioctl(NETCTL_DESCRIPTOR, NETCTL_CLAIM, &f) == 0 ? f.local_port : -1;
}

static struct channel_slot* slots_at(struct channel_memory* m, unsigned at) {
    return (struct channel_slot*)((char*)m + at);
}

static struct channel map(int fd) {
    struct channel_info info;
    struct channel c = {fd, NULL, {0}, {0}};
    if (ioctl(fd, CHANNEL_INFO, &info) != 0) return c;
    c.memory = mmap(NULL, info.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (c.memory == MAP_FAILED) c.memory = NULL;
    if (!c.memory) return c;
    c.rx =
        (struct channel_program){&c.memory->receive, slots_at(c.memory, c.memory->receive_at), SLOTS, 0, 0};
    c.tx =
        (struct channel_program){&c.memory->transmit, slots_at(c.memory, c.memory->transmit_at), SLOTS, 0, 0};
    return c;
}

static unsigned char* buffer(struct channel* c, unsigned n) {
    return (unsigned char*)c->memory + c->memory->buffers_at + n * CHANNEL_BUFFER;
}

static void lend(struct channel* c, unsigned n) {
    struct channel_slot* s = channel_next(&c->rx);
    if (!s) return;
    *s = (struct channel_slot){n, 0, CHANNEL_BUFFER, 0, 0, 0};
    channel_post(&c->rx);
}

static void lend_all(struct channel* c) {
    for (unsigned i = 0; i < SLOTS; i++) lend(c, i);
    channel_publish(&c->rx);
}

static void post(struct channel* c, unsigned n, unsigned length) {
    struct channel_slot* s = channel_next(&c->tx);
    if (!s) return;
    *s = (struct channel_slot){n, 0, length, 0, 0, 0};
    channel_post(&c->tx);
}

static void publish(struct channel* c) {
    if (channel_publish(&c->tx)) ioctl(c->fd, CHANNEL_SIGNAL, NULL);
}

static unsigned sum(const unsigned char* b, unsigned n, unsigned s) {
    for (unsigned i = 0; i + 1 < n; i += 2) s += b[i] << 8 | b[i + 1];
    while (s >> 16) s = (s & 0xffff) + (s >> 16);
    return s;
}

/* A datagram from `port` to 10.0.2.2:9, without a UDP checksum. */
static unsigned make_frame(struct channel* c, unsigned char* f, int port, unsigned payload) {
    unsigned length = 20 + 8 + payload;
    static const unsigned char gateway[6] = {0x52, 0x55, 10, 0, 2, 2};
    static const unsigned char ip[20] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 2, 15, 10, 0, 2, 2};
    memcpy(f, gateway, 6);
    memcpy(f + 6, c->memory->mac, 6);
    f[12] = 8, f[13] = 0;
    memcpy(f + 14, ip, 20);
    f[16] = length >> 8, f[17] = length;
    unsigned check = ~sum(f + 14, 20, 0);
    f[24] = check >> 8, f[25] = check;
    f[34] = port >> 8, f[35] = port;
    f[36] = 0, f[37] = 9;
    f[38] = (8 + payload) >> 8, f[39] = 8 + payload;
    f[40] = f[41] = 0;
    memset(f + HEADERS, 'x', payload);
    return 14 + length;
}

/* --- check --- */

static void maps_and_unmaps(void) {
    int fd = create(0);
    struct channel c = map(fd);
    CHECK(c.memory && c.memory->magic == CHANNEL_MAGIC && c.memory->slots == SLOTS);
    unsigned bytes = c.memory->bytes;
    buffer(&c, BUFFERS - 1)[CHANNEL_BUFFER - 1] = 7;
    FAILS(mmap(NULL, bytes + 1, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0, EINVAL);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, bytes) == MAP_FAILED ? -1 : 0, EINVAL);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 1) == MAP_FAILED ? -1 : 0, EINVAL);
    FAILS(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0, EACCES);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0, ENOTSUP);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, 0, 0) == MAP_FAILED ? -1 : 0, ENODEV);
    FAILS(mmap(NULL, 4096, PROT_READ, MAP_SHARED, 77, 0) == MAP_FAILED ? -1 : 0, EBADF);
    /* The same pages twice, and a hole in the middle of a mapping. */
    char* again = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(again != MAP_FAILED && again != (char*)c.memory && again[bytes - 1] == 7);
    CHECK(munmap(again + 4096, 4096) == 0 && again[0] == ((char*)c.memory)[0] && again[bytes - 1] == 7);
    int child = fork(), status;
    if (child == 0) {
        again[bytes - 1] = 8; /* shared with the parent */
        again[4096] = 1;      /* faults */
        exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && status != 0);
    CHECK(again[bytes - 1] == 8);
    /* The mapping outlives the descriptor. */
    close(fd);
    buffer(&c, 3)[0] = 1;
    CHECK(write(1, (char*)again + bytes - 1, 0) == 0);
    CHECK(munmap(again, bytes) == 0 && munmap(c.memory, bytes) == 0);
    FAILS(munmap((char*)1, 4096), EINVAL);
}

static void refuses_nonsense(void) {
    struct netctl_create c = {0, SLOTS, BUFFERS, 0, 0, -1};
    c.interface = 9;
    FAILS(ioctl(NETCTL_DESCRIPTOR, NETCTL_CREATE, &c), ENODEV);
    c.interface = 0, c.slots = 3;
    FAILS(ioctl(NETCTL_DESCRIPTOR, NETCTL_CREATE, &c), EINVAL);
    FAILS(ioctl(NETCTL_DESCRIPTOR, NETCTL_CREATE, (void*)8), EFAULT);
    FAILS(ioctl(NETCTL_DESCRIPTOR, 0x4e55, &c), ENOTTY);
    FAILS(ioctl(1, NETCTL_CREATE, &c), ENOTTY);
    FAILS(claim(1, 5000), EINVAL);
    FAILS(claim(99, 5000), EBADF);
    int fd = create(0), s = socket(AF_INET, SOCK_DGRAM, 0), other = create(0);
    struct sockaddr_in a = loopback(5000);
    CHECK(claim(fd, 5000) == 5000);
    FAILS(claim(other, 5000), EADDRINUSE);
    FAILS(bind(s, (struct sockaddr*)&a, sizeof a), EADDRINUSE);
    CHECK(claim(other, 0) >= 49152);
    int on = 1;
    CHECK(ioctl(other, CHANNEL_MERGE_ACKS, &on) == 0);
    FAILS(ioctl(other, CHANNEL_MERGE_ACKS, (void*)8), EFAULT);
    struct netctl_flow f = {other, IPPROTO_UDP, 0, 5000, 0, 0};
    FAILS(ioctl(NETCTL_DESCRIPTOR, NETCTL_RELEASE, &f), EPERM);
    close(fd);
    CHECK(bind(s, (struct sockaddr*)&a, sizeof a) == 0);
    struct netctl_filter filter = {other, NETCTL_RECEIVED, NULL, 1000, ""};
    FAILS(ioctl(NETCTL_DESCRIPTOR, NETCTL_FILTER, &filter), EINVAL);
    filter.count = 1;
    FAILS(ioctl(NETCTL_DESCRIPTOR, NETCTL_FILTER, &filter), EFAULT);
    close(other);
    close(s);
}

static void sends_only_its_own(void) {
    struct channel c = map(create(0));
    int port = claim(c.fd, 0);
    unsigned length = make_frame(&c, buffer(&c, 0), port, 100);
    make_frame(&c, buffer(&c, 1), port, 100);
    buffer(&c, 1)[29] ^= 1; /* another source address */
    CHECK(ready(c.fd, POLLOUT, 0));
    post(&c, 0, length);
    post(&c, 1, length);
    publish(&c);
    CHECK(ready(c.fd, POLLOUT, 5000) && channel_completions(&c.tx) == 2);
    CHECK(c.tx.slots[0].status == 0 && c.tx.slots[1].status == -EPERM);
    channel_reap(&c.tx, 2);
    c.memory->transmit.posted = 1000;
    CHECK(ready(c.fd, POLLIN, 5000) == POLLERR);
    FAILS(claim(c.fd, 0), ESHUTDOWN);
    close(c.fd);
}

/* --- echo --- */

/* Turns a received frame into its answer. */
static void turn_around(unsigned char* f) {
    unsigned char other[6];
    memcpy(other, f, 6);
    memcpy(f, f + 6, 6);
    memcpy(f + 6, other, 6);
    memcpy(other, f + 26, 4);
    memcpy(f + 26, f + 30, 4);
    memcpy(f + 30, other, 4);
    memcpy(other, f + 34, 2);
    memcpy(f + 34, f + 36, 2);
    memcpy(f + 36, other, 2);
}

/* A buffer comes from the receive ring, goes through the transmit ring and is lent again. */
static int echo(int port) {
    struct channel c = map(create(0));
    if (!c.memory || claim(c.fd, port) < 0) return 1;
    lend_all(&c);
    printf("echo: port %d\n", port);
    fflush(stdout);
    for (;;) {
        unsigned n = channel_completions(&c.rx), sent = channel_completions(&c.tx);
        for (unsigned i = 0; i < sent; i++, channel_reap(&c.tx, 1))
            lend(&c, channel_completion(&c.tx)->buffer);
        if (sent) channel_publish(&c.rx);
        for (unsigned i = 0; i < n; i++, channel_reap(&c.rx, 1)) {
            const struct channel_slot* s = channel_completion(&c.rx);
            unsigned char* f = buffer(&c, s->buffer);
            if (f[12] == 8 && f[13] == 0) {
                turn_around(f);
                post(&c, s->buffer, s->length);
            } else {
                lend(&c, s->buffer);
            }
        }
        if (n) publish(&c);
        if (!n && !sent && ready(c.fd, POLLIN, -1) & POLLERR) return 1;
    }
}

/* --- flip --- */

/* One that the kernel copies whole, or one whose end it sends from our pages. */
static unsigned payload_of(unsigned buffer) { return buffer % 2 ? 20 : 200; }

/* The child writes to the headers that the parent has posted, as fast as it can. Every frame that is sent
 * must be the parent's: the test looks at the capture. A frame is repaired before it is posted again, so that
 * not all are refused. */
static int flip(unsigned count) {
    struct channel c = map(create(0));
    int port = claim(c.fd, 7777), child;
    unsigned sent = 0, refused = 0;
    if (!c.memory || port < 0) return 1;
    for (unsigned i = 0; i < SLOTS; i++) make_frame(&c, buffer(&c, i), port, payload_of(i));
    if ((child = fork()) == 0) {
        for (unsigned i = 0;; i++) buffer(&c, i % SLOTS)[6 + i / SLOTS % 30] ^= 1 << i % 7;
    }
    for (unsigned shown = 0; sent < count || c.tx.reaped != c.tx.posted;) {
        while (sent < count && channel_next(&c.tx))
            post(&c, c.tx.posted % SLOTS, HEADERS + payload_of(c.tx.posted % SLOTS));
        publish(&c);
        if (!ready(c.fd, POLLOUT, 10000)) break;
        for (unsigned n = channel_completions(&c.tx); n > 0; n--, channel_reap(&c.tx, 1)) {
            const struct channel_slot* s = channel_completion(&c.tx);
            sent += s->status == 0, refused += s->status != 0;
            make_frame(&c, buffer(&c, s->buffer), port, payload_of(s->buffer));
        }
        if (sent / 100000 == shown) continue;
        shown = sent / 100000;
        printf("flip: %u frames\n", shown * 100000);
    }
    kill(child, 9);
    waitpid(child, NULL, 0);
    printf("flip: %u sent, %u refused\n", sent, refused);
    return sent < count;
}

static const struct check checks[] = {
    {"maps_and_unmaps", maps_and_unmaps},
    {"refuses_nonsense", refuses_nonsense},
    {"sends_only_its_own", sends_only_its_own},
};

int main(int argc, char** argv) {
    if (argc == 3 && strcmp(argv[1], "echo") == 0) return echo(atoi(argv[2]));
    if (argc == 3 && strcmp(argv[1], "flip") == 0) return flip(atoi(argv[2]));
    return run_checks(checks, sizeof checks / sizeof checks[0], argc > 2 ? argv[2] : NULL);
}
