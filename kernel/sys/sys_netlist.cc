// Lists routes, neighbours and sockets, one entry per call, and changes routes (abi/netlist.h).
#include "abi/netlist.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "sys/channel_file.h"
#include "sys/network.h"
#include "sys/socket_file.h"
#include "sys/sys_calls.h"

namespace {

using net::Interface;

void put_name(char (&to)[8], const Interface& i) {
    const char* name = i.device().name();
    memset(to, 0, sizeof to);
    memcpy(to, name, strnlen(name, sizeof to - 1));
}

Result<route_entry> describe_route(usize index) {
    const auto r = network().routes().at(index);
    if (!r) return Errno::NoEnt;
    route_entry e{r->to.addr.value() & r->to.mask(), r->gateway.value(), r->to.length, r->metric, {}};
    put_name(e.interface, *r->interface);
    return e;
}

using State = net::ArpCache::State;
static_assert(static_cast<int>(State::Incomplete) == NEIGHBOUR_INCOMPLETE &&
              static_cast<int>(State::Reachable) == NEIGHBOUR_REACHABLE &&
              static_cast<int>(State::Probe) == NEIGHBOUR_PROBE);

// The index counts over all interfaces.
Result<neighbour_entry> describe_neighbour(usize index) {
    for (usize i = 0; Interface* interface = network().interface(i); i++) {
        for (usize n = 0; const auto found = interface->arp().at(n); n++) {
            if (index-- > 0) continue;
            neighbour_entry e{found->ip.value(), {}, static_cast<u8>(found->state), 0, {}};
            memcpy(e.mac, found->mac.bytes, sizeof e.mac);
            put_name(e.interface, *interface);
            return e;
        }
    }
    return Errno::NoEnt;
}

Result<socket_entry> describe_socket(usize index) {
    socket_entry e{};
    const void* object = nullptr;
    if (!network().describe_socket(index, e, object)) return Errno::NoEnt;
    e.pid = object ? socket_owner(object) : 0;
    return e;
}

Result<channel_entry> describe_channel(usize index) {
    const Ref<net::Channel> c = network().channels().at(index);
    if (!c) return Errno::NoEnt;
    const net::Channel::State state = c->state();
    channel_entry e{};
    e.id = c->id();
    e.pid = channel_owner(*c);
    e.owner = c->memory()->owner();
    put_name(e.interface, c->interface());
    e.bytes = c->memory()->bytes(), e.slots = c->memory()->slots(), e.buffers = c->memory()->buffers();
    e.receive_posted = state.receive_posted, e.transmit_posted = state.transmit_posted;
    e.flows = state.flows, e.shut = state.shut;
    e.counters = state.counters;
    return e;
}

claim_entry entry_of(const net::Channel& c, const net::EndpointKey& key) {
    claim_entry e{};
    e.channel = c.id();
    e.protocol = static_cast<u8>(key.protocol);
    e.local = key.local.value(), e.local_port = key.local_port;
    e.remote = key.remote.value(), e.remote_port = key.remote_port;
    return e;
}

claim_entry entry_of(const net::Channel& c, const net::Channels::FilterView& filter) {
    claim_entry e{};
    e.channel = c.id();
    e.what = static_cast<u8>(filter.what);
    memcpy(e.words, filter.words, sizeof e.words);
    return e;
}

// The index counts over all channels: of each, first the flows, then the filters.
Result<claim_entry> describe_claim(usize index) {
    net::Channels& channels = network().channels();
    for (usize i = 0; const Ref<net::Channel> c = channels.at(i); i++) {
        for (usize n = 0; const auto key = c->flow(n); n++) {
            if (index-- == 0) return entry_of(*c, *key);
        }
        for (usize n = 0; const auto filter = channels.filter(*c, n); n++) {
            if (index-- == 0) return entry_of(*c, *filter);
        }
    }
    return Errno::NoEnt;
}

template <class T>
Result<i64> give(UserAddr to, Result<T> entry) {
    if (!entry.ok()) return entry.error();
    TRY(mm::copy_out(to, &entry.value(), sizeof(T)));
    return 0;
}

// The interface by name; without a name, the one whose network contains the gateway. Null: none.
Interface* interface_for(const route_entry& e) {
    for (usize i = 0; Interface* interface = network().interface(i); i++) {
        const bool named = strncmp(interface->device().name(), e.interface, sizeof e.interface) == 0;
        const bool reaches =
            !e.interface[0] && e.gateway && interface->is_neighbour(net::Ipv4Addr(e.gateway));
        if (named || reaches) return interface;
    }
    return nullptr;
}

}  // namespace

// netlist(what, index, entry)
Result<i64> sys_netlist(const SyscallArgs& a) {
    if (a.num(1) < 0) return Errno::Inval;
    const auto index = static_cast<usize>(a.num(1));
    switch (a.num(0)) {
        case NETLIST_ROUTE: return give(a.addr(2), describe_route(index));
        case NETLIST_NEIGHBOUR: return give(a.addr(2), describe_neighbour(index));
        case NETLIST_SOCKET: return give(a.addr(2), describe_socket(index));
        case NETLIST_CHANNEL: return give(a.addr(2), describe_channel(index));
        case NETLIST_CLAIM: return give(a.addr(2), describe_claim(index));
        default: return Errno::Inval;
    }
}

// setroute(what, route)
Result<i64> sys_setroute(const SyscallArgs& a) {
    route_entry e;
    TRY(mm::copy_in(&e, a.addr(1), sizeof e));
    if (e.prefix_length > 32) return Errno::Inval;
    Interface* interface = interface_for(e);
    if (!interface) return Errno::NoDev;
    const net::Ipv4Prefix to{net::Ipv4Addr(e.to), static_cast<u8>(e.prefix_length)};
    const net::Ipv4Addr gateway(e.gateway);
    if (a.num(0) == ROUTE_DELETE) {
        TRY(network().routes().remove(to, *interface));
        return 0;
    }
    if (a.num(0) != ROUTE_ADD) return Errno::Inval;
    TRY(network().add_route({to, gateway, interface, e.metric}));
    return 0;
}
