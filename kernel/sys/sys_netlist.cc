// Lists routes, neighbours, sockets and channels, and changes routes (abi/netlist.h).
#include <array>

#include "abi/netlist.h"
#include "lib/string.h"
#include "sys/channel_file.h"
#include "sys/entries.h"
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

Result<i64> list_routes(const EntryRange& wanted) {
    Entries<route_entry> entries(wanted);
    for (usize i = wanted.first; const auto r = network().routes().at(i); i++) {
        route_entry e{r->to.addr.value() & r->to.mask(), r->gateway.value(), r->to.length, r->metric, {}};
        put_name(e.interface, *r->interface);
        if (!entries.put(e)) break;
    }
    return entries.answer();
}

using State = net::ArpCache::State;
static_assert(static_cast<int>(State::Incomplete) == NEIGHBOUR_INCOMPLETE &&
              static_cast<int>(State::Reachable) == NEIGHBOUR_REACHABLE &&
              static_cast<int>(State::Probe) == NEIGHBOUR_PROBE);

neighbour_entry entry_of(const net::ArpCache::Entry& found, const Interface& interface) {
    neighbour_entry e{found.ip.value(), {}, static_cast<u8>(found.state), 0, {}};
    memcpy(e.mac, found.mac.bytes, sizeof e.mac);
    put_name(e.interface, interface);
    return e;
}

// False: no more are wanted. `skip` is decreased by the number of those that were skipped.
bool list_neighbours_of(Interface& interface, usize& skip, Entries<neighbour_entry>& entries) {
    std::array<net::ArpCache::Entry, 16> found;
    for (usize at = 0;;) {
        const usize n = interface.arp().list(at, found);
        for (usize i = 0; i < n; i++) {
            if (skip > 0)
                skip--;
            else if (!entries.put(entry_of(found[i], interface)))
                return false;
        }
        if (n < found.size()) return true;
        at += n;
    }
}

// The index counts over all interfaces.
Result<i64> list_neighbours(const EntryRange& wanted) {
    Entries<neighbour_entry> entries(wanted);
    usize skip = wanted.first, i = 0;
    for (Interface* interface; (interface = network().interface(i)); i++) {
        if (!list_neighbours_of(*interface, skip, entries)) break;
    }
    return entries.answer();
}

struct SocketEntries final : net::SocketVisitor, OwnedEntries<socket_entry> {
    explicit SocketEntries(const EntryRange& wanted)
        : SocketVisitor(wanted.first), OwnedEntries(wanted, listed_socket) {}
    bool visit(const socket_entry& e, const void* object) override { return put(e, object); }
};

Result<i64> list_sockets(const EntryRange& wanted) {
    SocketEntries entries(wanted);
    network().list_sockets(entries);
    return entries.answer();
}

channel_entry entry_of(net::Channel& c) {
    const net::Channel::State state = c.state();
    channel_entry e{};
    e.id = c.id();
    e.owner = c.memory()->owner();
    put_name(e.interface, c.interface());
    e.bytes = c.memory()->bytes(), e.slots = c.memory()->slots(), e.buffers = c.memory()->buffers();
    e.receive_posted = state.receive_posted, e.transmit_posted = state.transmit_posted;
    e.flows = state.flows, e.shut = state.shut;
    e.counters = state.counters;
    return e;
}

Result<i64> list_channels(const EntryRange& wanted) {
    OwnedEntries<channel_entry> entries(wanted, listed_channel);
    for (usize i = wanted.first; const Ref<net::Channel> c = network().channels().at(i); i++) {
        if (!entries.put(entry_of(*c), c.get())) break;
    }
    return entries.answer();
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

// False: no more are wanted. Of each channel first the flows, then the filters.
bool list_claims_of(net::Channel& c, usize& skip, Entries<claim_entry>& entries) {
    const auto put = [&](const auto& what) {
        if (skip == 0) return entries.put(entry_of(c, what));
        skip--;
        return true;
    };
    for (usize n = 0; const auto key = c.flow(n); n++) {
        if (!put(*key)) return false;
    }
    for (usize n = 0; const auto filter = network().channels().filter(c, n); n++) {
        if (!put(*filter)) return false;
    }
    return true;
}

// The index counts over all channels.
Result<i64> list_claims(const EntryRange& wanted) {
    Entries<claim_entry> entries(wanted);
    usize skip = wanted.first;
    for (usize i = 0; const Ref<net::Channel> c = network().channels().at(i); i++) {
        if (!list_claims_of(*c, skip, entries)) break;
    }
    return entries.answer();
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

// netlist(what, first, entries, n)
Result<i64> sys_netlist(const SyscallArgs& a) {
    if (a.num(1) < 0 || a.num(3) < 0) return Errno::Inval;
    const EntryRange wanted{static_cast<usize>(a.num(1)), a.addr(2), static_cast<usize>(a.num(3))};
    switch (a.num(0)) {
        case NETLIST_ROUTE: return list_routes(wanted);
        case NETLIST_NEIGHBOUR: return list_neighbours(wanted);
        case NETLIST_SOCKET: return list_sockets(wanted);
        case NETLIST_CHANNEL: return list_channels(wanted);
        case NETLIST_CLAIM: return list_claims(wanted);
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
