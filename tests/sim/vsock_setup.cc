// AF_VSOCK in a run: from the scenario to devices and events, and what must be true at the end.
#include <algorithm>

#include "simulation.h"

using net::Stat;

namespace sim {

void Simulation::read_vsock(const Element& e) {
    VsockPort& port = vsock_.port(e.a);
    switch (e.kind) {
        case Kind::VsockDevice:
            port.room = e.b;
            port.piece = e.value;
            port.delay = e.length;
            break;
        case Kind::VsockReset:
            announce(e);
            at(e.at, [this, &e] {
                note_failure(e.a, true);
                vsock_.reset(e.a);
            });
            break;
        default: break;
    }
}

std::optional<Source> Simulation::vsock_source_of(const VsockWireKey& key) const {
    const auto& [from, port, to, to_port] = key;
    for (const Conversation* c : started_) {
        const u32 cids[] = {cid_of(c->client_host), cid_of(c->server_host)};
        const u32 ports[] = {port_of(c->client), kVsockPort};
        if (!c->vsock || !c->ends[0].started) continue;
        for (u32 side = 0; side < 2; side++) {
            if (from == cids[side] && port == ports[side] && to == cids[1 - side] &&
                to_port == ports[1 - side])
                return Source{c->stream(side), &c->ends[side]};
        }
    }
    return std::nullopt;
}

// Without a failure of a host or a transport, no connection has a reason to time out, and few RSTs are sent.
void Simulation::check_vsock() {
    for (u32 host = 0; host < kMaxHosts; host++) vsock_.check_counters(host);
    const bool orderly = std::none_of(scenario_.elements.begin(), scenario_.elements.end(), [](auto& e) {
        return e.kind == Kind::Crash || e.kind == Kind::VsockReset;
    });
    if (!orderly) return;
    if (const u64 n = count({Stat::vsock_timed_out})) report_.fail("%lu vsock connections have timed out", n);
    if (const u64 n = count({Stat::vsock_reset_dropped})) report_.fail("%lu vsock RSTs were dropped", n);
}

}  // namespace sim
