#include "service.h"

#include <errno.h>
#include <string.h>

namespace netd {
namespace {

// Every frame with ARP's EtherType: the filter `arp`.
constexpr bpf_insn kArp[] = {
    {BPF_LD | BPF_H | BPF_ABS, 0, 0, 12},
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0x0806},
    {BPF_RET | BPF_K, 0, 0, 0xffff'ffff},
    {BPF_RET | BPF_K, 0, 0, 0},
};

// Is it a whole message of this version?
bool is_valid(const LongRequest& r, usize n) {
    if (n < sizeof r.head || r.head.version != kVersion || r.head.count > kMostInstructions) return false;
    return n == sizeof r.head + r.head.count * sizeof(bpf_insn) && !r.head.words[sizeof r.head.words - 1];
}

netctl_flow flow_of(const Request& r, int channel) {
    netctl_flow f{};
    f.channel = channel;
    f.protocol = r.type;
    f.local_port = r.port;
    return f;
}

}  // namespace

int netd_error_of(int error) {
    switch (-error) {
        case 0: return NETD_OK;
        case EADDRINUSE: return NETD_IN_USE;
        case EADDRNOTAVAIL: return NETD_NO_INTERFACE;
        case ENODEV: return NETD_NO_INTERFACE;
        case EPERM: return NETD_NOT_YOURS;
        case ENOENT: return NETD_NOT_FOUND;
        case ENOMEM:
        case ENOSPC:
        case ENFILE:
        case EMFILE:
        case EAGAIN: return NETD_NO_MEMORY;
        default: return NETD_INVALID;
    }
}

// Makes sure that there is a channel: the one that came with the request, or a new one.
int Service::need_channel(const Caller& from, const Request& r, int given, Outcome& outcome) {
    if (given >= 0) return given;
    netctl_create c{};
    c.interface = r.interface;
    c.slots = r.slots;
    c.buffers = r.buffers;
    c.owner = from.pid;
    const int fd = kernel_.create(c);
    if (fd >= 0) outcome.channel = fd;
    return fd;
}

// A request that fails makes no channel.
int Service::finish(int error, Outcome& outcome) {
    if (error != NETD_OK && outcome.channel >= 0) {
        kernel_.close(outcome.channel);
        outcome.channel = -1;
    }
    return error;
}

int Service::open_port(const Caller& from, const Request& r, int given, Outcome& outcome) {
    if (r.type != NETD_TCP && r.type != NETD_UDP) return NETD_INVALID;
    if ((r.op == Op::BindPort) != (r.port != 0)) return NETD_INVALID;
    const Wish wish = r.type == NETD_TCP ? Wish::Tcp : Wish::Udp;
    if (!policy_.allows(from.name, wish, r.port)) return NETD_REFUSED;
    const int channel = need_channel(from, r, given, outcome);
    if (channel < 0) return netd_error_of(channel);
    netctl_flow f = flow_of(r, channel);
    int error = kernel_.claim(f);
    if (error == -EEXIST) error = 0;  // the channel has it: the request was repeated
    outcome.answer.port = f.local_port;
    if (error == -EADDRINUSE && r.op == Op::GetPort) return NETD_NO_PORTS;
    return netd_error_of(error);
}

int Service::close_port(const Request& r, int channel) {
    if (channel < 0 || r.port == 0 || (r.type != NETD_TCP && r.type != NETD_UDP)) return NETD_INVALID;
    netctl_flow f = flow_of(r, channel);
    return netd_error_of(kernel_.release(f));
}

int Service::add_filter(const LongRequest& r, int channel, Outcome& outcome) {
    netctl_filter f{};
    f.channel = channel >= 0 ? channel : outcome.channel;
    const bool arp = r.head.op == Op::ArpFilter;
    f.what = arp ? u32{NETCTL_RECEIVED} : r.head.what;
    f.program = arp ? kArp : r.program;
    f.count = arp ? sizeof kArp / sizeof *kArp : r.head.count;
    memcpy(f.words, arp ? "arp" : r.head.words, arp ? sizeof "arp" : sizeof f.words);
    return netd_error_of(kernel_.filter(f));
}

int Service::execute(const Caller& from, const LongRequest& request, int channel, Outcome& outcome) {
    const Request& r = request.head;
    switch (r.op) {
        case Op::IpInfo: return netd_error_of(kernel_.describe(r.interface, outcome.answer.info));
        case Op::GetPort:
        case Op::BindPort: return open_port(from, r, channel, outcome);
        case Op::ClosePort: return close_port(r, channel);
        case Op::OpenChannel: {
            const int fd = channel < 0 ? need_channel(from, r, channel, outcome) : -EINVAL;
            return fd < 0 ? netd_error_of(fd) : int{NETD_OK};
        }
        case Op::ArpFilter:
        case Op::Tap: {
            constexpr u32 kDirections = NETCTL_RECEIVED | NETCTL_SENT;
            if (r.op == Op::Tap && !policy_.allows(from.name, Wish::Tap, 0)) return NETD_REFUSED;
            if (r.op == Op::Tap && (r.what == 0 || (r.what & ~kDirections))) return NETD_INVALID;
            const int fd = need_channel(from, r, channel, outcome);
            return fd < 0 ? netd_error_of(fd) : add_filter(request, channel, outcome);
        }
        default: return NETD_INVALID;
    }
}

Outcome Service::handle(const Caller& from, const LongRequest& request, usize n, int channel) {
    Outcome outcome;
    const int error = is_valid(request, n) ? execute(from, request, channel, outcome) : int{NETD_INVALID};
    outcome.answer.error = finish(error, outcome);
    return outcome;
}

}  // namespace netd
