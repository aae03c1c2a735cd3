#include "ustack/program/open.h"

#include "lib/late_init.h"
#include "ustack/memory.h"
#include "ustack/program/netd_ports.h"
#include "ustack/random.h"

namespace ustack {
namespace {

constinit LateInit<NetdPorts> ports;
constinit LateInit<Stack> stack;
constinit LateInit<Sockets> sockets;

enum class State : u8 { New, Open, InChild };
constinit State state = State::New;

Result<> open_stack() {
    const Netd netd = TRY(connect_to_netd());
    if (!ChannelDevice::is_usable(*netd.memory)) return Errno::Proto;
    seed_random({netd.memory->seed, sizeof netd.memory->seed});
    give_packet_memory(ChannelDevice::buffers_of(*netd.memory), net::platform::kMaxPacketPages);
    ports.emplace(netd);
    stack.emplace(netd.channel, *netd.memory, *ports);
    sockets.emplace(*stack);
    return stack->start(netd.address, netd.gateway);
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
    if (state == State::Open) sockets->files().forget_all();
    state = State::InChild;
}

}  // namespace ustack
