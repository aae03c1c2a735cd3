// ping: sends ICMP echo requests and prints the round-trip time of each.
#include "user.h"

namespace {

const char kUsage[] =
    "ping [-c COUNT] [-i INTERVAL_MS] [-W TIMEOUT_MS] [-s SIZE] HOST\n"
    "  Default: 4 requests, one per second, 2000 ms to answer, 56 bytes. Status 0: at least one answer came.";

struct Options {
    long count = 4, interval_ms = 1000, timeout_ms = 2000, size = 56;
    const char* host = nullptr;
    uint32 address = 0;
};

// Round-trip times in microseconds.
struct Times {
    long sent = 0, received = 0;
    unsigned long min = ~0ul, max = 0, sum = 0;

    void add(unsigned long us) {
        received++;
        sum += us;
        if (us < min) min = us;
        if (us > max) max = us;
    }
};

Options parse(int argc, char** argv) {
    Options o;
    for (int letter; (letter = getopt(argc, argv, "c:i:W:s:")) != -1;) {
        const bool good = letter == 'c'   ? parse_number(optarg, 1, 1'000'000, &o.count)
                          : letter == 'i' ? parse_number(optarg, 0, 3'600'000, &o.interval_ms)
                          : letter == 'W' ? parse_number(optarg, 1, 3'600'000, &o.timeout_ms)
                          : letter == 's' ? parse_number(optarg, 0, PING_MAX_PAYLOAD, &o.size)
                                          : false;
        if (!good) bad_usage(kUsage);
    }
    if (optind + 1 != argc) bad_usage(kUsage);
    o.host = argv[optind];
    if (const char* why = find_host(o.host, &o.address)) die("%s: %s", o.host, why);
    return o;
}

unsigned char request[PING_MAX_PAYLOAD];
unsigned char answer[sizeof(ping_reply) + PING_MAX_PAYLOAD];

// Waits for the answer to the newest request. Late answers to earlier ones are ignored; each restarts the
// timeout. Returns the length of the answer with its ping_reply, or a negative errno.
int receive(int fd, unsigned short sequence, ping_reply& reply) {
    for (;;) {
        const int n = read(fd, answer, sizeof answer);
        if (n < 0) return n;
        if (n < static_cast<int>(sizeof reply)) return -EPROTO;
        memcpy(&reply, answer, sizeof reply);
        if (reply.sequence == sequence) return n;
    }
}

void one_round(int fd, const Options& o, Times& times) {
    char text[16];
    ip_text(o.address, text);
    const auto sequence = static_cast<unsigned short>(times.sent + 1);
    const unsigned long start = nanouptime();
    const int written = write(fd, request, static_cast<int>(o.size));
    if (written < 0) die("cannot send to %s: %s", text, strerror(written));
    times.sent++;

    ping_reply reply;
    const int n = receive(fd, sequence, reply);
    const unsigned long us = (nanouptime() - start) / 1000;
    if (n < 0) {
        printf("no answer from %s: icmp_seq=%u: %s\n", text, sequence, strerror(n));
        return;
    }
    const int bytes = n - static_cast<int>(sizeof reply);
    const bool same =
        bytes == o.size && memcmp(answer + sizeof reply, request, static_cast<unsigned>(bytes)) == 0;
    times.add(us);
    printf("%d bytes from %s: icmp_seq=%u ttl=%u time=%lu.%03lu ms%s\n", bytes + 8, text, reply.sequence,
           reply.ttl, us / 1000, us % 1000, same ? "" : " (the data came back changed)");
}

void print_statistics(const Options& o, const Times& t) {
    printf("\n--- %s ping statistics ---\n", o.host);
    printf("%ld packets transmitted, %ld received, %ld%% packet loss\n", t.sent, t.received,
           (t.sent - t.received) * 100 / t.sent);
    if (t.received == 0) return;
    const unsigned long mean = t.sum / static_cast<unsigned long>(t.received);
    printf("rtt min/avg/max = %lu.%03lu/%lu.%03lu/%lu.%03lu ms\n", t.min / 1000, t.min % 1000, mean / 1000,
           mean % 1000, t.max / 1000, t.max % 1000);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    const Options o = parse(argc, argv);
    char text[16];
    const int fd = pingopen(o.address);
    if (fd < 0) die("cannot ping %s: %s", ip_text(o.address, text), strerror(fd));
    settimeout(fd, static_cast<int>(o.timeout_ms));
    for (unsigned i = 0; i < sizeof request; i++) request[i] = static_cast<unsigned char>(i);

    printf("PING %s (%s): %ld data bytes\n", o.host, ip_text(o.address, text), o.size);
    Times times;
    while (times.sent < o.count) {
        if (times.sent > 0) sleep(static_cast<int>((o.interval_ms + 99) / 100));
        one_round(fd, o, times);
    }
    print_statistics(o, times);
    return times.received > 0 ? 0 : 1;
}
