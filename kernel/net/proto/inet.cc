#include "net/proto/inet.h"

namespace net {

Inet::Inet() {
    constexpr Ipv4Prefix kLoopback{Ipv4Addr{127, 0, 0, 1}, 8};
    lo_.attach(*this, loopback_, Interface::Kind::Loopback);
    lo_.set({kLoopback});
    (void)routes_.add({kLoopback, Ipv4Addr{}, &lo_});
}

Result<Interface*> Inet::add_interface(NetDevice& device, Ipv4Prefix address, Ipv4Addr gateway) {
    if (interface_count_ == kMaxInterfaces) return Errno::NoSpc;
    if (!gateway.is_any() && !address.has_neighbour(gateway)) return Errno::Inval;
    Interface& added = interfaces_[interface_count_];
    added.attach(*this, device);
    TRY(set_address(added, address));
    interface_count_++;
    const auto metric = static_cast<u16>(&added - interfaces_);
    if (!gateway.is_any()) TRY(routes_.add({Ipv4Prefix{}, gateway, &added, metric}));
    return &added;
}

// --- changes at run time

bool Inet::may_have_locked(const Interface& interface, Ipv4Prefix address) const {
    if (address == Ipv4Prefix{}) return true;
    for (usize i = 0; i < interface_count_; i++) {
        if (&interfaces_[i] != &interface && interfaces_[i].addr() == address.addr) return false;
    }
    return address.is_host();
}

Result<> Inet::make_routes_locked(Interface& interface, Ipv4Prefix address) {
    if (address.addr.is_any()) return routes_.replace(interface, address, {});
    constexpr Ipv4Prefix kEverybody{Ipv4Addr{0xffff'ffff}, 32};
    const auto metric = static_cast<u16>(&interface - interfaces_);
    const Route made[] = {
        {address, Ipv4Addr{}, &interface, metric, &interface},
        {{address.addr, 32}, Ipv4Addr{}, &lo_, 0, &interface},  // packets to our own address
        {kEverybody, Ipv4Addr{}, &interface, metric, &interface},
    };
    return routes_.replace(interface, address, made);
}

// Neighbours and hops of the old link must not be used any more.
void Inet::settings_changed_locked(Interface& interface, Interface::Settings to) {
    interface.set(to);
    routes_.state_changed(interface);
    interface.arp().flush();
}

Result<> Inet::set_address(Interface& interface, Ipv4Prefix address) {
    if (interface.is_loopback()) return Errno::OpNotSupp;
    {
        platform::Guard guard(settings_lock_);
        const Interface::Settings old = interface.settings();
        if (old.address == address) return {};
        if (!may_have_locked(interface, address)) return Errno::AddrNotAvail;
        TRY(make_routes_locked(interface, address));
        settings_changed_locked(interface, {address, old.up});
    }
    if (interface.device().link_up()) interface.announce();
    return {};
}

Result<> Inet::set_up(Interface& interface, bool up) {
    if (interface.is_loopback()) return Errno::OpNotSupp;
    {
        platform::Guard guard(settings_lock_);
        const Interface::Settings old = interface.settings();
        if (old.up == up) return {};
        settings_changed_locked(interface, {old.address, up});
    }
    if (interface.device().link_up()) interface.announce();
    return {};
}

Result<> Inet::add_route(const Route& route) {
    platform::Guard guard(settings_lock_);
    const Interface& out = *route.interface;
    if (out.addr().is_any()) return Errno::NetUnreach;
    if (!route.gateway.is_any() && !out.is_neighbour(route.gateway)) return Errno::NetUnreach;
    return routes_.add(route);
}

// --- questions

bool Inet::is_broadcast(Ipv4Addr a) const {
    for (usize i = 0; i < interface_count_; i++) {
        if (interfaces_[i].is_broadcast(a)) return true;
    }
    return lo_.is_broadcast(a);
}

Result<Ipv4Addr> Inet::source_for(Ipv4Addr remote) {
    const u8 first = remote.octet(0);
    if (first == 0 || first >= 224) return Errno::AddrNotAvail;
    const auto hop = routes_.find(remote);
    if (!hop) return Errno::NetUnreach;
    const Interface& out = *hop->interface;
    if (out.is_broadcast(remote)) return Errno::AddrNotAvail;
    if (out.is_loopback()) return remote.is_loopback() ? out.addr() : remote;
    if (out.prefix().contains(remote) && !out.is_neighbour(remote)) return Errno::AddrNotAvail;
    return out.addr();
}

std::optional<Inet::Path> Inet::path_to(Ipv4Addr remote) {
    const auto hop = routes_.find(remote);
    if (!hop) return std::nullopt;
    const auto link = static_cast<u16>(hop->interface->mtu());
    const PathMtus::Path path = path_mtus_.empty() ? PathMtus::Path{} : path_mtus_.find(remote);
    return Path{path.mtu < link ? path.mtu : link, link, path.may_fragment};
}

Result<Ipv4Addr> Inet::source_for_broadcast(Ipv4Addr to) {
    const auto hop = routes_.find(to);
    if (!hop) return Errno::NetUnreach;
    return hop->interface->addr();
}

}  // namespace net
