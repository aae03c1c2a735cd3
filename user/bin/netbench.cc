// netbench: measures the UDP path, for tests/bench or by hand. The host must run `make server`.
#include "lib/endian.h"
#include "lib/types.h"
#include "meter.h"
#include "user.h"

namespace {

using namespace meter;

const char kUsage[] =
    "netbench send N SIZE | echo N SIZE | burst N [SIZE]      measures UDP against `make server`\n"
    "  send   sends N datagrams as fast as possible: packets/s, and how many arrived\n"
    "  echo   N round trips to the echo server, one at a time: median, p99, min, max\n"
    "  burst  the server sends N datagrams at once: how many arrived, and packets/s";

constexpr int kAnswerMs = 1000;
constexpr long kMost = 1'000'000;
constexpr int kWarmUp = 20;

u8 datagram[FRAME_MAX_PAYLOAD];

int open_udp(const char* port_name) {
    char text[16];
    u32 host;
    if (bootarg("host", text, sizeof text) <= 0) strcpy(text, "10.0.2.2");
    if (!parse_ip(text, &host)) die("boot argument host=%s is not an address", text);
    const int fd = connect(host, 0, host_port(port_name));
    if (fd < 0) die("cannot open a socket: %s", strerror(fd));
    settimeout(fd, kAnswerMs);
    return fd;
}

[[noreturn]] void no_server(int error) {
    die("no answer from the host: %s; is `make server` running?", strerror(error));
}

// How many datagrams the sink has received since it was last asked.
u64 ask_sink(int fd) {
    static char text[24];
    for (int retries = 0;; retries++) {
        write(fd, "COUNT?", 6);
        const int n = read(fd, text, sizeof text - 1);
        if (n < 0 && retries == 3) no_server(n);
        if (n < 0) continue;
        text[n] = '\0';
        long count = 0;
        parse_number(text, 0, kMost * 2, &count);
        return static_cast<u64>(count);
    }
}

int bench_send(long n, int size) {
    const int fd = open_udp("sink");
    ask_sink(fd);
    for (int i = 0; i < kWarmUp; i++) write(fd, datagram, size);
    const u64 warmed_up = ask_sink(fd);

    const Meter meter;
    for (long i = 0; i < n; i++) {
        const int sent = write(fd, datagram, size);
        if (sent < 0) die("send %ld of %ld: %s", i + 1, n, strerror(sent));
    }
    const u64 spent = meter.instructions_since(), ns = meter.ns_since();
    const u64 busy = meter.busy_since();

    const auto count = static_cast<u64>(n);
    print("send_size", static_cast<u64>(size), "bytes");
    print("send_count", count, "datagrams");
    print("send_rate", ns ? count * 1'000'000'000 / ns : 0, "packets/s");
    print_counts("send_instructions", "send_busy", spent, busy, count);
    sleep(2);  // what is in flight can arrive
    print("send_arrived", ask_sink(fd), "datagrams");
    return warmed_up == 0;
}

// Shell sort: no recursion, no memory, fast enough for a million.
void sort(u32* v, long n) {
    for (long gap = n / 2; gap > 0; gap /= 2) {
        for (long i = gap; i < n; i++) {
            const u32 x = v[i];
            long at = i;
            for (; at >= gap && v[at - gap] > x; at -= gap) v[at] = v[at - gap];
            v[at] = x;
        }
    }
}

// One round trip; false when no answer came. Late answers to earlier datagrams are ignored.
bool round_trip(int fd, int size, u32 number) {
    static u8 back[FRAME_MAX_PAYLOAD];
    memcpy(datagram, &number, sizeof number);
    if (write(fd, datagram, size) < 0) return false;
    for (;;) {
        const int n = read(fd, back, sizeof back);
        if (n < 0) return false;
        if (n == size && memcmp(back, datagram, static_cast<usize>(size)) == 0) return true;
    }
}

int bench_echo(long n, int size) {
    if (size < 4) die("SIZE must be at least 4: each datagram carries a number");
    auto* times = static_cast<u32*>(malloc(static_cast<usize>(n) * sizeof(u32)));
    if (!times) die("out of memory for %ld times", n);
    const int fd = open_udp("server");
    for (int i = 0; i < kWarmUp; i++) {
        if (!round_trip(fd, size, static_cast<u32>(kMost + i)) && i == kWarmUp - 1) no_server(-ETIMEDOUT);
    }
    long got = 0;
    const Meter meter;
    for (long i = 0; i < n; i++) {
        const u64 start = nanouptime();
        if (round_trip(fd, size, static_cast<u32>(i))) times[got++] = static_cast<u32>(nanouptime() - start);
    }
    const u64 spent = meter.instructions_since(), ns = meter.ns_since(), busy = meter.busy_since();
    const auto count = static_cast<u64>(got);
    print("echo_size", static_cast<u64>(size), "bytes");
    print("echo_count", count, "round trips");
    print("echo_lost", static_cast<u64>(n) - count, "round trips");
    if (got == 0) return 1;
    sort(times, got);
    print_us("echo_median", times[got / 2]);
    print_us("echo_p90", times[got * 9 / 10]);
    print_us("echo_p99", times[got * 99 / 100]);
    print_us("echo_min", times[0]);
    print_us("echo_max", times[got - 1]);
    print("echo_rate", ns ? count * 1'000'000'000 / ns : 0, "round trips/s");
    print_counts("echo_instructions", "echo_busy", spent, busy, count);
    return got != n;
}

int bench_burst(long n, int size) {
    if (size < 4) die("SIZE must be at least 4: each datagram carries its index");
    const int fd = open_udp("server");
    if (!round_trip(fd, 8, 0)) no_server(-ETIMEDOUT);
    char request[32];
    write(fd, request, snprintf(request, sizeof request, "BURST %ld %d", n, size));
    u64 first = 0, last = 0, out_of_order = 0;
    long got = 0;
    for (u32 next = 0; got < n;) {
        const int bytes = read(fd, datagram, sizeof datagram);
        if (bytes < 0) break;
        last = nanouptime();
        if (got++ == 0) first = last;
        be32 index;
        memcpy(&index, datagram, sizeof index);
        if (index < next) out_of_order++;
        next = index + 1;
    }
    print("burst_asked", static_cast<u64>(n), "datagrams");
    print("burst_arrived", static_cast<u64>(got), "datagrams");
    print("burst_lost", static_cast<u64>(n - got), "datagrams");
    print("burst_out_of_order", out_of_order, "datagrams");
    if (got > 1) print("burst_rate", static_cast<u64>(got - 1) * 1'000'000'000 / (last - first), "packets/s");
    return got != n;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long n = 0, size = 64;
    const bool burst = argc > 1 && strcmp(argv[1], "burst") == 0;
    if (argc != 4 && !(burst && argc == 3)) bad_usage(kUsage);
    if (!parse_number(argv[2], 1, kMost, &n)) die("N must be a number from 1 to %ld", kMost);
    if (argc == 4 && !parse_number(argv[3], 0, FRAME_MAX_PAYLOAD, &size)) {
        die("SIZE must be a number from 0 to %d", FRAME_MAX_PAYLOAD);
    }
    const int bytes = static_cast<int>(size);
    if (burst) return bench_burst(n, bytes);
    if (strcmp(argv[1], "send") == 0) return bench_send(n, bytes);
    if (strcmp(argv[1], "echo") == 0) return bench_echo(n, bytes);
    bad_usage(kUsage);
}
