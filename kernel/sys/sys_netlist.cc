// Lists routes, neighbours and sockets, one entry per call, and changes routes (abi/netlist.h).
#include "abi/netlist.h"
#include "abi/socket.h"
#include "lib/string.h"
#include "mm/uaccess.h"
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

// --- sockets: datagram sockets, then TCP listeners, connections, and compact TIME-WAIT entries ---

u32 clamp(usize n) { return n < 0xffff'ffff ? static_cast<u32>(n) : 0xffff'ffff; }

socket_entry describe_datagram_socket(net::Socket& s) {
    const net::EndpointKey& k = s.key();
    socket_entry e{k.local.value(), k.remote.value(), k.local_port, k.remote_port,
                   static_cast<u8>(k.protocol)};
    e.receive_queue = clamp(s.queued());
    e.pid = socket_owner(s.in_tables());
    return e;
}

socket_entry describe_listener(net::TcpListener& l) {
    socket_entry e{};
    e.protocol = IPPROTO_TCP;
    e.state = TCP_LISTEN;
    e.local = l.addr.value(), e.local_port = l.port;
    e.receive_queue = l.waiting();
    e.send_queue = l.backlog();
    e.pid = socket_owner(&l);
    return e;
}

socket_entry describe_connection(net::TcpConnection& c) {
    const tcp_info info = c.info();
    const net::TcpKey key = c.ends();
    socket_entry e{key.local.value(), key.remote.value(), key.local_port, key.remote_port, IPPROTO_TCP};
    e.state = info.tcpi_state;
    e.retransmits = info.tcpi_retransmits;
    e.timer = static_cast<u8>(info.tcpi_timer);
    e.timer_us = info.tcpi_timer_us;
    e.receive_queue = info.tcpi_rcv_queue;
    e.send_queue = info.tcpi_unacked + info.tcpi_notsent;
    e.rto_us = info.tcpi_rto;
    e.pid = socket_owner(&c);
    return e;
}

// The index counts over all kinds; each function subtracts its number of sockets. True: e has been filled in.
bool find_datagram_socket(usize& index, socket_entry& e) {
    usize n = 0;
    for (; const Ref<net::Endpoint> found = network().endpoints().at(n); n++) {
        if (n == index) return e = describe_datagram_socket(static_cast<net::Socket&>(*found)), true;
    }
    index -= n;
    return false;
}

bool find_listener(usize& index, socket_entry& e) {
    usize n = 0;
    for (; const Ref<net::TcpListener> found = network().tcp().ports().at(n); n++) {
        if (n == index) return e = describe_listener(*found), true;
    }
    index -= n;
    return false;
}

bool find_connection(usize& index, socket_entry& e) {
    usize n = 0;
    for (; const Ref<net::TcpConnection> found = network().tcp().table().at(n); n++) {
        if (n == index) return e = describe_connection(*found), true;
    }
    index -= n;
    return false;
}

bool find_time_wait(usize index, socket_entry& e) {
    net::TcpKey key;
    if (!network().tcp().table().time_wait_at(index, key)) return false;
    e = {key.local.value(), key.remote.value(), key.local_port, key.remote_port, IPPROTO_TCP, TCP_TIME_WAIT};
    return true;
}

Result<socket_entry> describe_socket(usize index) {
    socket_entry e{};
    const bool found = find_datagram_socket(index, e) || find_listener(index, e) ||
                       find_connection(index, e) || find_time_wait(index, e);
    return found ? Result<socket_entry>(e) : Errno::NoEnt;
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
    if (!gateway.is_any() && !interface->is_neighbour(gateway)) return Errno::NetUnreach;
    TRY(network().routes().add({to, gateway, interface, e.metric}));
    return 0;
}
