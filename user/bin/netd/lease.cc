#include "lease.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dhcp/resolv_conf.h"
#include "manners.h"
#include "nx6.h"

namespace netd {
namespace {

constexpr char kHostName[] = "nx6";
constexpr int kLongestWait = 1'000'000'000;  // ms, for poll()
constexpr unsigned kSlots = 16, kReceiveBuffers = 16, kBuffers = 2 * kReceiveBuffers;

// ARP, and UDP datagrams to port 68 whatever their addresses: before there is a lease, answers may come to
// the address that the server offers.
constexpr bpf_insn kDhcpOrArp[] = {
    {BPF_LD | BPF_H | BPF_ABS, 0, 0, 12},            // EtherType
    {BPF_JMP | BPF_JEQ | BPF_K, 8, 0, 0x0806},       // ARP: accept
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 8, 0x0800},       // not IPv4: refuse
    {BPF_LD | BPF_B | BPF_ABS, 0, 0, 23},            // protocol
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 6, IPPROTO_UDP},  //
    {BPF_LD | BPF_H | BPF_ABS, 0, 0, 20},            // flags and fragment offset
    {BPF_JMP | BPF_JSET | BPF_K, 4, 0, 0x3fff},      // a fragment: refuse
    {BPF_LDX | BPF_B | BPF_MSH, 0, 0, 14},           // X = length of the IPv4 header
    {BPF_LD | BPF_H | BPF_IND, 0, 0, 16},            // destination port
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 68},           //
    {BPF_RET | BPF_K, 0, 0, 0xffff'ffff},            // accept
    {BPF_RET | BPF_K, 0, 0, 0},                      // refuse
};

Instant now() { return Instant{nanouptime()}; }

void put_address(sockaddr& to, u32 ip) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(ip);
    memcpy(&to, &a, sizeof a);
}

}  // namespace

// The channel may send any frame, because DHCP and ARP probes have the source 0.0.0.0.
bool Lease::open_channel() {
    netctl_create c{};
    c.slots = kSlots;
    c.buffers = kBuffers;
    c.flags = NETCTL_RAW;
    c.owner = getpid();
    const int fd = kernel_.create(c);
    if (fd < 0) return errno = -fd, false;
    netctl_filter f{};
    f.channel = fd;
    f.what = NETCTL_RECEIVED;
    f.program = kDhcpOrArp;
    f.count = sizeof kDhcpOrArp / sizeof *kDhcpOrArp;
    memcpy(f.words, "arp or udp dst port 68", sizeof "arp or udp dst port 68");
    if (const int error = kernel_.filter(f)) return errno = -error, close(fd), false;
    if (channel_map(&channel_, fd) < 0) return close(fd), false;
    for (unsigned i = 0; i < kReceiveBuffers; i++) channel_lend(&channel_, i);
    return true;
}

void Lease::close_channel() {
    channel_unmap(&channel_);
    close(channel_.fd);
    channel_.fd = -1;
}

bool Lease::start() {
    if (kernel_.describe(0, interface_) != 0) return errno = ENODEV, false;
    if (!open_channel()) return false;
    net::MacAddr mac;
    memcpy(mac.bytes, interface_.mac, sizeof mac.bytes);
    u64 seed = 0;
    memcpy(&seed, channel_.memory->seed, sizeof seed);
    client_.emplace(static_cast<dhcp::DhcpHost&>(*this), mac, kHostName, seed ^ nanouptime());
    // An address that is there already is that of a netd before this one.
    if (interface_.address)
        client_->resume(net::Ipv4Addr(interface_.address), now());
    else
        client_->start(now());
    return true;
}

int Lease::timeout() const {
    if (!client_ || client_->next_deadline() == Instant::never()) return -1;
    const Instant deadline = client_->next_deadline(), t = now();
    if (deadline <= t) return 0;
    const u64 ms = static_cast<u64>((deadline - t).ns) / 1'000'000 + 1;
    return ms < u64{kLongestWait} ? static_cast<int>(ms) : int{kLongestWait};
}

// The kernel shuts a channel whose memory it cannot make sense of; send() opens another one.
void Lease::run(int events) {
    if (events & POLLERR) {
        complain("the channel for DHCP was shut");
        close_channel();
    }
    channel_frame f;
    while (channel_.fd >= 0 && channel_receive(&channel_, &f)) {
        client_->frame_in({f.data, f.length}, now());
        channel_give_back(&channel_, &f);
    }
    if (client_->next_deadline() <= now()) client_->on_time(now());
}

void Lease::release() {
    if (client_) client_->stop(now());
}

// --- what the engine asks for ---

// A frame that finds no channel or no room is lost; the engine sends it again.
void Lease::send(Bytes frame) {
    if (channel_.fd < 0 && !open_channel()) return complain("no channel for DHCP: %s", strerror(errno));
    channel_slot done;
    while (channel_sent(&channel_, &done)) continue;
    const unsigned buffer = kReceiveBuffers + next_buffer_++ % kReceiveBuffers;
    if (frame.size() > CHANNEL_BUFFER) return;
    memcpy(channel_buffer(&channel_, buffer), frame.data(), frame.size());
    if (channel_send(&channel_, buffer, 0, static_cast<unsigned>(frame.size()))) channel_flush(&channel_);
}

bool Lease::set_address(net::Ipv4Prefix address) {
    ifaliasreq r{};
    memcpy(r.ifra_name, interface_.name, sizeof interface_.name);
    put_address(r.ifra_addr, address.addr.value());
    put_address(r.ifra_mask, address.mask());
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return false;
    const bool done = ioctl(fd, SIOCAIFADDR, &r) == 0;
    const int error = errno;
    close(fd);
    return errno = error, done;
}

// A new address has removed the old gateway.
void Lease::set_gateway(net::Ipv4Addr router) {
    route_entry r{};
    r.gateway = router.value();
    memcpy(r.interface, interface_.name, sizeof r.interface);
    const int error = router.is_any() ? 0 : setroute(ROUTE_ADD, &r);
    if (error < 0 && error != -EEXIST) complain("cannot set the gateway: %s", strerror(-error));
}

void Lease::configure(const dhcp::DhcpLease& lease) {
    char address[16], router[16];
    ip_text(lease.address.addr.value(), address);
    if (!set_address(lease.address))
        return complain("cannot set the address %s: %s", address, strerror(errno));
    set_gateway(lease.router);
    if (const int error = dhcp::write_resolv_conf(lease))
        complain("cannot write /etc/resolv.conf: %s", strerror(-error));
    printf("netd: %s has %s/%u via %s, by DHCP\n", interface_.name, address, lease.address.length,
           lease.router.is_any() ? "no gateway" : ip_text(lease.router.value(), router));
}

void Lease::deconfigure() {
    (void)set_address({});
    (void)dhcp::remove_resolv_conf();
    complain("%s has lost its address; looking for a DHCP server", interface_.name);
}

}  // namespace netd
