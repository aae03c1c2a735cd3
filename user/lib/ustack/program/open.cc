#include "ustack/program/open.h"

#include "lib/late_init.h"
#include "ustack/memory.h"
#include "ustack/program/netd_ports.h"
#include "ustack/random.h"
#include "ustack/system.h"

namespace ustack {
namespace {

constinit LateInit<NetdPorts> ports{};
constinit LateInit<Stack> stack{};
constinit LateInit<Sockets> sockets{};

enum class State : u8 { New, Open, InChild };
constinit State state = State::New;

Result<> start_stack(const system::Channel& channel) {
    auto& memory = *static_cast<channel_memory*>(channel.memory);
    if (!ChannelDevice::is_usable(memory)) return Errno::Proto;
    seed_random(memory.seed);
    give_packet_memory(ChannelDevice::buffers_of(memory), net::platform::kMaxPacketPages);
    ports.emplace(channel.fd);
    stack.emplace(channel.fd, memory, *ports);
    sockets.emplace(*stack);
    const net::Ipv4Prefix address{net::Ipv4Addr(channel.address), static_cast<u8>(channel.prefix_length)};
    return stack->start(address, net::Ipv4Addr(channel.gateway));
}

Result<> open_stack() {
    system::Channel channel;
    const int error = system::open_channel(net::kMaxMbufs, channel);
    if (error < 0) return Errno{-error};
    const Result<> started = start_stack(channel);
    if (!started.ok()) system::close(channel.fd);
    return started;
}

}  // namespace

Sockets* open_sockets() { return state == State::Open ? &*sockets : nullptr; }

Result<Sockets*> want_sockets() {
    if (state == State::InChild) return Errno::OpNotSupp;
    if (state == State::New) {
        TRY(open_stack());
        state = State::Open;
    }
    return &*sockets;
}

void leave_to_parent() {
    if (state != State::Open) return;
    sockets->files().forget_all();
    state = State::InChild;
}

}  // namespace ustack
