/* Echoes UDP datagrams over a packet channel, without a stack: it swaps the addresses of each frame in its
 * buffer and sends it back.
 *
 *   chanecho PORT      until it is killed; answers a datagram "end" by ending, and prints what it has done */
#include <arpa/inet.h>
#include <channel.h>
#include <errno.h>
#include <netd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { ETHERNET = 14, IP = 20, UDP = 8, HEADERS = ETHERNET + IP + UDP };

static unsigned long frames, waits;

static void swap(unsigned char* a, unsigned char* b, int n) {
    unsigned char saved[6];
    memcpy(saved, a, n);
    memcpy(a, b, n);
    memcpy(b, saved, n);
}

/* Our filter lets only UDP to our port in; ARP replies come to every channel. The IP and UDP checksums do not
 * depend on the order of the addresses. */
static int turn_around(unsigned char* frame, unsigned length) {
    if (length < HEADERS || frame[12] != 8 || frame[13] != 0 || frame[ETHERNET] != 0x45) return 0;
    swap(frame, frame + 6, 6);
    swap(frame + ETHERNET + 12, frame + ETHERNET + 16, 4);
    swap(frame + ETHERNET + IP, frame + ETHERNET + IP + 2, 2);
    return 1;
}

static int is_end(const unsigned char* frame, unsigned length) {
    return length >= HEADERS + 3 && memcmp(frame + HEADERS, "end", 3) == 0;
}

static void serve(struct channel* c) {
    struct channel_frame f;
    struct channel_slot done;
    int ended = 0;
    while (!ended) {
        struct pollfd p = {c->fd, POLLIN, 0};
        if (channel_completions(&c->receive) == 0) waits++, poll(&p, 1, -1);
        while (channel_receive(c, &f)) {
            frames++;
            ended |= is_end(f.data, f.length);
            const unsigned offset = (unsigned)(f.data - channel_buffer(c, f.buffer));
            if (!turn_around(f.data, f.length) || !channel_send(c, f.buffer, offset, f.length))
                channel_give_back(c, &f);
        }
        channel_flush(c);
        while (channel_sent(c, &done)) channel_lend(c, done.buffer);
    }
}

int main(int argc, char** argv) {
    struct channel c;
    int fd = -1, error;
    if (argc != 2) return 1;
    error = netd_bind_port(NETD_UDP, (unsigned short)atoi(argv[1]), &fd, NULL);
    if (error != NETD_OK) return printf("chanecho: %s\n", netd_error(error)), 1;
    if (channel_map(&c, fd) < 0) return printf("chanecho: %s\n", strerror(errno)), 1;
    for (unsigned i = 0; i < c.memory->buffers && channel_lend(&c, i); i++) continue;
    printf("chanecho: ready\n");
    fflush(stdout);
    serve(&c);
    struct channel_info info;
    ioctl(fd, CHANNEL_INFO, &info);
    printf("chanecho: %lu frames, %lu waits, %lu signals, %lu dropped\n", frames, waits,
           info.counters.signals, info.counters.no_buffer);
    return 0;
}
