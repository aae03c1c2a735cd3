#include "net/proto/inet.h"

namespace net {

Inet::Inet() {
    constexpr Ipv4Prefix kLoopback{Ipv4Addr{127, 0, 0, 1}, 8};
    lo_.attach(*this, loopback_, kLoopback, Interface::Kind::Loopback);
    (void)routes_.add({kLoopback, Ipv4Addr{}, &lo_});
}

static bool is_host_address(Ipv4Prefix p) {
    const Ipv4Addr a = p.addr;
    const u8 first = a.octet(0);
    const bool reserved = first == 0 || first >= 240;  // "this network", class E and broadcast
    return !reserved && !a.is_multicast() && !a.is_loopback() && p.length <= 32 && !p.is_broadcast(a);
}

Result<Interface*> Inet::add_interface(NetDevice& device, Ipv4Prefix address, Ipv4Addr gateway) {
    constexpr Ipv4Prefix kEverybody{Ipv4Addr{0xffff'ffff}, 32};
    if (interface_count_ == kMaxInterfaces) return Errno::NoSpc;
    if (!is_host_address(address) || is_own(address.addr)) return Errno::AddrNotAvail;
    if (!gateway.is_any() && (!address.contains(gateway) || gateway == address.addr)) return Errno::Inval;
    const auto metric = static_cast<u16>(interface_count_);
    Interface& added = interfaces_[interface_count_++];
    added.attach(*this, device, address);
    TRY(routes_.add({address, Ipv4Addr{}, &added, metric}));
    TRY(routes_.add({{address.addr, 32}, Ipv4Addr{}, &lo_}));  // packets to our own address
    TRY(routes_.add({kEverybody, Ipv4Addr{}, &added, metric}));
    if (!gateway.is_any()) TRY(routes_.add({Ipv4Prefix{}, gateway, &added, metric}));
    if (device.link_up()) added.announce();
    return &added;
}

bool Inet::is_broadcast(Ipv4Addr a) const {
    for (usize i = 0; i < interface_count_; i++) {
        if (interfaces_[i].is_broadcast(a)) return true;
    }
    return a.is_broadcast() || lo_.is_broadcast(a);
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
