// Measures packet channels, as netbench measures sockets, against the same server: `make server` on the host.
//
//   chanbench echo N INFLIGHT   N round trips of 64-byte datagrams, INFLIGHT of them at a time
//   chanbench spin N INFLIGHT   the same, but looks at the ring in a loop instead of waiting in poll()
//   chanbench pause N SEED      as `spin N 1`, with random pauses between the round trips
//   chanbench send N            sends N datagrams of 64 bytes
//   chanbench port N            opens and closes N ports at netd
//
// The first three also print how many system calls have sent frames (channel_counters.signals).
#include <poll.h>
#include <sys/ioctl.h>

#include "channel.h"
#include "meter.h"
#include "net/wire/arp.h"
#include "net/wire/ipv4.h"
#include "net/wire/udp.h"
#include "netd.h"
#include "user.h"

namespace {

using namespace meter;

constexpr unsigned kData = 64, kFrame = 14 + 20 + 8 + kData;
constexpr unsigned kReceiveBuffers = 256;  // those from here on are for sending
constexpr int kAnswerMs = 5000;
constexpr u64 kMs = 1'000'000;  // ns

channel c;
netd_ip_info info;
u16 local_port;
net::MacAddr gateway;
unsigned next_buffer = kReceiveBuffers;

bool wait_for_frames() {
    pollfd p{c.fd, POLLIN, 0};
    return channel_completions(&c.receive) > 0 || poll(&p, 1, kAnswerMs) > 0;
}

// The same without a system call, except to look at the clock now and then: the program keeps its hart.
bool spin_for(const channel_program& ring) {
    for (const u64 began = nanouptime(); nanouptime() - began < kAnswerMs * kMs;) {
        for (int looks = 0; looks < 100'000; looks++) {
            if (channel_completions(&ring) > 0) return true;
        }
    }
    return false;
}
bool spin_for_frames() { return spin_for(c.receive); }

u64 signals() {
    channel_info i{};
    if (ioctl(c.fd, CHANNEL_INFO, &i) < 0) die("ioctl CHANNEL_INFO");
    return i.counters.signals;
}

net::MacAddr our_mac() {
    return net::MacAddr{{info.mac[0], info.mac[1], info.mac[2], info.mac[3], info.mac[4], info.mac[5]}};
}

// Takes back the buffers of sent frames; the kernel must have sent them.
void reap() {
    channel_slot done;
    while (channel_sent(&c, &done)) {
        if (done.status != 0) die("a frame was not sent: %s", strerror(done.status));
    }
}

// A buffer for a frame; every frame in flight has its own.
u8* next_frame(unsigned& buffer) {
    buffer = next_buffer;
    next_buffer = next_buffer + 1 == c.memory->buffers ? kReceiveBuffers : next_buffer + 1;
    return channel_buffer(&c, buffer);
}

void send(unsigned buffer, unsigned length) {
    while (!channel_send(&c, buffer, 0, length)) {
        channel_flush(&c);
        reap();
        pollfd p{c.fd, POLLOUT, 0};
        if (channel_completions(&c.transmit) == 0) poll(&p, 1, kAnswerMs);
    }
}

void ask_for_gateway() {
    unsigned buffer;
    u8* frame = next_frame(buffer);
    memset(frame, 0, 60);
    *reinterpret_cast<net::EtherHeader*>(frame) = {net::MacAddr::broadcast(), our_mac(),
                                                   static_cast<u16>(net::EtherType::Arp)};
    *reinterpret_cast<net::ArpPacket*>(frame + 14) = net::ArpPacket::make(
        net::ArpOperation::Request, our_mac(), net::Ipv4Addr(info.address), {}, net::Ipv4Addr(info.gateway));
    send(buffer, 60);
    channel_flush(&c);
}

void find_gateway() {
    ask_for_gateway();
    channel_frame f;
    while (wait_for_frames()) {
        while (channel_receive(&c, &f)) {
            const auto arp = net::ArpPacket::parse({f.data + 14, f.length - 14});
            const bool found = arp && arp->sender_ip == net::Ipv4Addr(info.gateway);
            if (found) gateway = arp->sender_mac;
            channel_give_back(&c, &f);
            if (found) return reap();
        }
    }
    die("no answer to ARP from the gateway");
}

void open_channel() {
    const netd_size size{0, 256, 512};
    int fd = -1;
    int error = netd_get_ip_info(0, &info);
    if (error == NETD_OK) error = netd_get_port(NETD_UDP, &local_port, &fd, &size);
    if (error != NETD_OK) die("netd: %s", netd_error(error));
    if (channel_map(&c, fd) < 0) die("cannot map the channel");
    for (unsigned i = 0; i < kReceiveBuffers; i++) channel_lend(&c, i);
    find_gateway();
}

// Puts the headers of a datagram to the gateway into a buffer; without a UDP checksum, as IPv4 allows.
void prepare_datagram(u8* frame, u16 to) {
    *reinterpret_cast<net::EtherHeader*>(frame) = {gateway, our_mac(),
                                                   static_cast<u16>(net::EtherType::Ipv4)};
    auto& ip = *reinterpret_cast<net::Ipv4Header*>(frame + 14);
    ip = net::Ipv4Header::make(net::Ipv4Addr(info.address), net::Ipv4Addr(info.gateway), net::IpProtocol::Udp,
                               8 + kData);
    *reinterpret_cast<net::UdpHeader*>(frame + 34) = {local_port, to, static_cast<u16>(8 + kData), 0};
}

// All buffers for sending: a program that always sends to the same end needs to write its headers once.
void prepare_all(u16 to) {
    for (unsigned i = kReceiveBuffers; i < c.memory->buffers; i++)
        prepare_datagram(channel_buffer(&c, i), to);
}

void post_datagram(u32 number) {
    unsigned buffer;
    memcpy(next_frame(buffer) + 42, &number, sizeof number);
    send(buffer, kFrame);
}

// Receives what is there; returns how many datagrams.
unsigned receive_all() {
    channel_frame f;
    unsigned n = 0;
    while (channel_receive(&c, &f)) {
        n += f.length >= kFrame && f.data[23] == static_cast<u8>(net::IpProtocol::Udp);
        channel_give_back(&c, &f);
    }
    return n;
}

// Sends n datagrams, never more than `inflight` without an answer. Returns how many answers came.
u64 echo(u64 n, u64 inflight, bool (*wait)()) {
    u64 sent = 0, got = 0;
    while (got < n) {
        for (; sent < n && sent - got < inflight; sent++) post_datagram(static_cast<u32>(sent));
        channel_flush(&c);
        if (!wait()) break;
        got += receive_all();
        reap();
    }
    return got;
}

int bench_echo(u64 n, u64 inflight, bool (*wait)()) {
    prepare_all(host_port("server"));
    if (echo(2 * inflight + 20, inflight, wait) == 0)
        die("no answer from the host: is `make server` running?");
    const u64 signals_before = signals();
    const Meter meter;
    const u64 got = echo(n, inflight, wait);
    const u64 spent = meter.instructions_since(), ns = meter.ns_since(), busy = meter.busy_since();
    print("echo_signals", signals() - signals_before, "system calls");
    print("echo_inflight", inflight, "datagrams");
    print("echo_lost", n - got, "round trips");
    print("echo_rate", got * 1'000'000'000 / ns, "round trips/s");
    print_counts("echo_instructions", "echo_busy", spent, busy, got);
    return got != n;
}

int bench_send(u64 n) {
    prepare_all(host_port("sink"));
    for (u32 i = 0; i < 300; i++) post_datagram(i);
    channel_flush(&c);
    const Meter meter;
    for (u64 i = 0; i < n; i++) {
        post_datagram(static_cast<u32>(i));
        if (i % 32 == 31) channel_flush(&c), reap();
    }
    channel_flush(&c);
    const u64 spent = meter.instructions_since(), ns = meter.ns_since(), busy = meter.busy_since();
    print("send_rate", n * 1'000'000'000 / ns, "packets/s");
    print_counts("send_instructions", "send_busy", spent, busy, n);
    return 0;
}

// A frame that the kernel forgets would not be sent before the next system call, and there is none. The
// pauses, up to some hundred microseconds, are about as long as a hart polls after it has received an answer.
int bench_pause(u64 n, u32 seed) {
    prepare_all(host_port("server"));
    const u64 signals_before = signals();
    for (u64 i = 0; i < n; i++) {
        seed = seed * 1'664'525 + 1'013'904'223;
        for (u32 pause = seed >> 16; pause > 0; pause--) asm volatile("");
        post_datagram(static_cast<u32>(i));
        channel_flush(&c);
        if (!spin_for(c.transmit)) die("frame %lu was forgotten", i);
        reap();
        if (!spin_for_frames()) die("frame %lu was not answered", i);
        receive_all();
    }
    print("pause_signals", signals() - signals_before, "system calls");
    return 0;
}

int bench_port(u64 n) {
    int fd = -1;
    u16 port = 0;
    if (const int error = netd_get_port(NETD_UDP, &port, &fd, nullptr)) die("netd: %s", netd_error(error));
    const Meter meter;
    for (u64 i = 0; i < n; i++) {
        u16 one = 0;
        int error = netd_get_port(NETD_UDP, &one, &fd, nullptr);
        if (error == NETD_OK) error = netd_close_port(NETD_UDP, one, fd);
        if (error != NETD_OK) die("netd: %s", netd_error(error));
    }
    const u64 spent = meter.instructions_since(), ns = meter.ns_since(), busy = meter.busy_since();
    print_us("port_time", ns / n);
    print_counts("port_instructions", "port_busy", spent, busy, n);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    long n = 0, inflight = 1;
    if (argc < 3 || !parse_number(argv[2], 1, 1'000'000, &n)) return 1;
    if (argc > 3 && !parse_number(argv[3], 1, 200, &inflight)) return 1;  // or the seed
    if (strcmp(argv[1], "port") == 0) return bench_port(static_cast<u64>(n));
    open_channel();
    if (strcmp(argv[1], "pause") == 0) return bench_pause(static_cast<u64>(n), static_cast<u32>(inflight));
    if (strcmp(argv[1], "send") == 0) return bench_send(static_cast<u64>(n));
    const bool spins = strcmp(argv[1], "spin") == 0;
    return bench_echo(static_cast<u64>(n), static_cast<u64>(inflight),
                      spins ? spin_for_frames : wait_for_frames);
}
