// tcpbench: measures TCP or vsock, for tests/bench or by hand. The peer is a server on the host. For
// `receive` it sends until the connection closes; for the others it echoes or discards (`nc -lk PORT`).
#include <linux/vm_sockets.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "meter.h"
#include "nx6.h"
#include "user.h"

namespace {

using namespace meter;

const char kUsage[] =
    "tcpbench receive|send|segment|echo|connect HOST PORT N      measures TCP against a server at HOST\n"
    "       tcpbench loopback N | busy\n"
    "  HOST vsock:CID measures vsock instead; CID 2 is the host\n"
    "  receive  reads N KiB, 64 KiB per call     send     writes N KiB, 64 KiB per call\n"
    "  segment  writes N segments of 1460 bytes, one per call\n"
    "  echo     N round trips of one byte        connect  opens and closes N connections\n"
    "  loopback writes N KiB to another process of this host, 64 KiB per call\n"
    "  busy     instructions since boot without idle time (only under -icount)";

constexpr usize kPiece = 64 << 10;
constexpr u64 kSegment = 1460;
u8 data[kPiece];

sockaddr_storage peer;
socklen_t peer_length;

bool is_vsock(const char* host) { return strncmp(host, "vsock:", 6) == 0; }

void look_up_vsock(const char* host, const char* port) {
    char text[64];
    snprintf(text, sizeof text, "%s:%s", host, port);
    peer_length = sizeof(sockaddr_vm);
    if (!parse_vsock(text, reinterpret_cast<sockaddr_vm*>(&peer)))
        die("%s is not an address such as vsock:2", host);
}

void look_up_tcp(const char* host, const char* port) {
    addrinfo hints{}, *found;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    const int error = getaddrinfo(host, port, &hints, &found);
    if (error) die("%s port %s: %s", host, port, gai_strerror(error));
    peer_length = found->ai_addrlen;
    memcpy(&peer, found->ai_addr, peer_length);
    freeaddrinfo(found);
}

int open_stream(bool no_delay = false) {
    const int fd = socket(peer.ss_family, SOCK_STREAM, 0);
    const int on = no_delay;
    if (fd < 0) die("cannot open a socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // vsock sends at once, and has no such option
    if (connect(fd, reinterpret_cast<const sockaddr*>(&peer), peer_length) < 0) die("cannot connect");
    return fd;
}

// Prints the rate of `bytes` bytes, and the cost of each of `count` operations.
void report(const Meter& m, u64 bytes, u64 count, const char* rate_name, const char* instructions_name,
            const char* busy_name) {
    const u64 spent = m.instructions_since(), ns = m.ns_since(), busy = m.busy_since();
    print_ratio(rate_name, bytes * 1000, ns, "MB/s");
    print_counts(instructions_name, busy_name, spent, busy, count);
}

// The cost of a segment or, over vsock, of 64 KiB. The first bytes are not counted: the window is still
// small.
int bench_receive(u64 bytes) {
    const int fd = open_stream();
    for (u64 warm_up = 0; warm_up < 256 << 10;) {
        const int n = read(fd, data, sizeof data);
        if (n <= 0) die("the peer sends nothing");
        warm_up += static_cast<u64>(n);
    }
    const Meter m;
    u64 got = 0;
    while (got < bytes) {
        const int n = read(fd, data, sizeof data);
        if (n <= 0) die("the peer closed the connection after %lu bytes", got);
        got += static_cast<u64>(n);
    }
    report(m, got, got / (peer.ss_family == AF_VSOCK ? kPiece : kSegment), "receive_rate",
           "receive_instructions", "receive_busy");
    return 0;
}

void write_all(int fd, usize n) {
    for (usize at = 0; at < n;) {
        const int written = write(fd, data + at, n - at);
        if (written < 0) die("cannot write");
        at += static_cast<usize>(written);
    }
}

// A process that reads what arrives on the next connection. Sets `peer` to its address.
void start_reader() {
    sockaddr_in here{};
    here.sin_family = AF_INET, here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer_length = sizeof here;
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0 || listen(listening, 1) < 0 ||
        getsockname(listening, reinterpret_cast<sockaddr*>(&peer), &peer_length) < 0)
        die("cannot listen");
    const int child = fork();
    if (child < 0) die("cannot start a process");
    if (child == 0) {
        const int fd = accept(listening, nullptr, nullptr);
        while (read(fd, data, sizeof data) > 0) continue;
        exit(0);
    }
    close(listening);
}

// The measurement ends when all bytes are acknowledged: the peer answers our FIN with its own.
void finish(int fd) {
    shutdown(fd, SHUT_WR);
    while (read(fd, data, sizeof data) > 0) continue;
}

int bench_send(u64 bytes, usize piece, const char* rate, const char* instructions_name, const char* busy) {
    const int fd = open_stream(true);
    for (int i = 0; i < 8; i++) write_all(fd, kPiece);
    const u64 count = bytes / piece;
    const Meter m;
    for (u64 i = 0; i < count; i++) write_all(fd, piece);
    finish(fd);
    report(m, count * piece, count, rate, instructions_name, busy);
    return 0;
}

int bench_echo(u64 n) {
    const int fd = open_stream(true);
    u64 time = nanouptime();
    Meter m;
    for (u64 i = 0; i < n + 10; i++) {
        if (i == 10) m = Meter(), time = nanouptime();
        if (write(fd, data, 1) != 1 || read(fd, data, 1) != 1) die("the peer does not echo");
    }
    const u64 spent = m.instructions_since(), busy = m.busy_since();
    print_us("tcp_echo_time", (nanouptime() - time) / n);
    print_counts("tcp_echo_instructions", "tcp_echo_busy", spent, busy, n);
    return 0;
}

int bench_connect(u64 n) {
    for (int i = 0; i < 5; i++) close(open_stream());
    const Meter m;
    for (u64 i = 0; i < n; i++) close(open_stream());
    const u64 spent = m.instructions_since(), ns = m.ns_since(), busy = m.busy_since();
    print("connect_rate", n * 1'000'000'000 / ns, "connections/s");
    print_counts("connect_instructions", "connect_busy", spent, busy, n);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long n = 0;
    if (argc == 2 && strcmp(argv[1], "busy") == 0) return print("busy", busy_cycles(), "instructions"), 0;
    if (argc == 3 && strcmp(argv[1], "loopback") == 0 && parse_number(argv[2], 64, 1'000'000, &n)) {
        start_reader();
        return bench_send(static_cast<u64>(n) << 10, kPiece, "loopback_rate", "loopback_instructions",
                          "loopback_busy");
    }
    if (argc != 5 || !parse_number(argv[4], 1, 1'000'000, &n)) bad_usage(kUsage);
    (is_vsock(argv[2]) ? look_up_vsock : look_up_tcp)(argv[2], argv[3]);
    const char* what = argv[1];
    const auto count = static_cast<u64>(n);
    if (strcmp(what, "receive") == 0) return bench_receive(count << 10);
    if (strcmp(what, "send") == 0)
        return bench_send(count << 10, kPiece, "tcp_send_rate", "tcp_send_instructions", "tcp_send_busy");
    if (strcmp(what, "segment") == 0)
        return bench_send(count * kSegment, kSegment, "segment_rate", "segment_instructions", "segment_busy");
    if (strcmp(what, "echo") == 0) return bench_echo(count);
    if (strcmp(what, "connect") == 0) return bench_connect(count);
    bad_usage(kUsage);
}
