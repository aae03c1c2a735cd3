// channelbench N M: N round trips of 64 bytes through a channel with the host's echo server, M at a time. It
// needs the network control descriptor (boot argument netctl=sh).
#include "abi/channel_ring.h"
#include "abi/netctl.h"
#include "meter.h"
#include "net/wire/ether.h"
#include "net/wire/ipv4.h"
#include "net/wire/udp.h"
#include "poll.h"
#include "sys/ioctl.h"
#include "sys/mman.h"
#include "user.h"

namespace {

constexpr unsigned kSlots = 64, kPayload = 64, kFrame = 14 + 20 + 8 + kPayload;
constexpr net::Ipv4Addr kOurs{10, 0, 2, 15};

struct Channel {
    int fd = -1;
    u8* memory = nullptr;
    channel_program rx{}, tx{};
    u8* buffer(unsigned n) const {
        return memory + reinterpret_cast<channel_memory*>(memory)->buffers_at + n * CHANNEL_BUFFER;
    }
};

Channel open_channel(int& port) {
    netctl_create create{0, kSlots, 2 * kSlots, 0, 0, -1};
    if (ioctl(NETCTL_DESCRIPTOR, NETCTL_CREATE, &create) < 0) die("no channel: %s", strerror(errno));
    netctl_flow flow{create.fd, 17, 0, 0, 0, 0};
    if (ioctl(NETCTL_DESCRIPTOR, NETCTL_CLAIM, &flow) < 0) die("no port: %s", strerror(errno));
    port = flow.local_port;
    channel_info info;
    ioctl(create.fd, CHANNEL_INFO, &info);
    Channel c;
    c.fd = create.fd;
    c.memory = static_cast<u8*>(mmap(nullptr, info.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, c.fd, 0));
    if (c.memory == MAP_FAILED) die("mmap: %s", strerror(errno));
    auto& m = *reinterpret_cast<channel_memory*>(c.memory);
    c.rx = {&m.receive, reinterpret_cast<channel_slot*>(c.memory + m.receive_at), kSlots, 0, 0};
    c.tx = {&m.transmit, reinterpret_cast<channel_slot*>(c.memory + m.transmit_at), kSlots, 0, 0};
    return c;
}

void lend(Channel& c, unsigned n) {
    *channel_next(&c.rx) = {n, 0, CHANNEL_BUFFER, 0, 0, 0};
    channel_post(&c.rx);
}

void make_frame(Channel& c, unsigned n, u16 from, u16 to) {
    using namespace net;
    u8* f = c.buffer(n);
    MacAddr ours;
    memcpy(ours.bytes, reinterpret_cast<channel_memory*>(c.memory)->mac, 6);
    *reinterpret_cast<EtherHeader*>(f) =
        EtherHeader::make({{0x52, 0x55, 10, 0, 2, 2}}, ours, EtherType::Ipv4);
    *reinterpret_cast<Ipv4Header*>(f + 14) =
        Ipv4Header::make(kOurs, Ipv4Addr{10, 0, 2, 2}, IpProtocol::Udp, 8 + kPayload);
    *reinterpret_cast<UdpHeader*>(f + 34) = {from, to, u16{8 + kPayload}, u16{0}};
    memset(f + 42, 'x', kPayload);
}

void wait(Channel& c) {
    pollfd p{c.fd, POLLIN, 0};
    if (poll(&p, 1, 3000) != 1 || p.revents & POLLERR) die("no answer; is `make server` running?");
}

// Sends `window` frames and waits for as many answers.
void round(Channel& c, unsigned window) {
    channel_reap(&c.tx, channel_completions(&c.tx));
    for (unsigned i = 0; i < window; i++) {
        *channel_next(&c.tx) = {kSlots + i, 0, kFrame, 0, 0, 0};
        channel_post(&c.tx);
    }
    if (channel_publish(&c.tx)) ioctl(c.fd, CHANNEL_SIGNAL, nullptr);
    for (unsigned left = window; left > 0;) {
        unsigned n = channel_completions(&c.rx);
        if (n == 0) wait(c);
        for (; n > 0; n--) {
            const channel_slot done = *channel_completion(&c.rx);
            channel_reap(&c.rx, 1);
            lend(c, done.buffer);
            if (done.length == kFrame && left > 0) left--;
        }
        channel_publish(&c.rx);
    }
}

}  // namespace

int main(int argc, char** argv) {
    long n, window, server;
    char text[16];
    if (argc != 3 || !parse_number(argv[1], 1, 1'000'000, &n) || !parse_number(argv[2], 1, 32, &window))
        die("usage: channelbench N M");
    if (bootarg("server", text, sizeof text) <= 0 || !parse_number(text, 1, 65535, &server))
        die("the boot argument server=PORT is missing");
    int port;
    Channel c = open_channel(port);
    for (unsigned i = 0; i < kSlots; i++) lend(c, i);
    channel_publish(&c.rx);
    for (unsigned i = 0; i < window; i++)
        make_frame(c, kSlots + i, static_cast<u16>(port), static_cast<u16>(server));
    for (int i = 0; i < 20; i++) round(c, static_cast<unsigned>(window));
    const meter::Meter meter;
    for (long i = 0; i < n; i += window) round(c, static_cast<unsigned>(window));
    meter::print_counts("channel_instructions", "channel_busy", meter.instructions_since(),
                        meter.busy_since(), static_cast<u64>((n + window - 1) / window * window));
    return 0;
}
