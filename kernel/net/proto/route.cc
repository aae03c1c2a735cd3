#include "net/proto/route.h"

namespace net {

Route* RouteTable::same_locked(Ipv4Prefix to, const Interface& interface) {
    for (usize i = 0; i < count_; i++) {
        Route& r = routes_[i];
        if (r.interface == &interface && r.to.length == to.length && r.to.contains(to.addr)) return &r;
    }
    return nullptr;
}

Result<> RouteTable::add(const Route& route) {
    port::Guard guard(lock_);
    if (Route* same = same_locked(route.to, *route.interface)) {
        *same = route;
        return {};
    }
    if (count_ == kMaxRoutes) return Errno::NoSpc;
    routes_[count_++] = route;
    return {};
}

Result<> RouteTable::remove(Ipv4Prefix to, const Interface& interface) {
    port::Guard guard(lock_);
    Route* same = same_locked(to, interface);
    if (!same) return Errno::NoEnt;
    *same = routes_[--count_];
    return {};
}

std::optional<RouteTable::Hop> RouteTable::find(Ipv4Addr destination) {
    port::Guard guard(lock_);
    const Route* best = nullptr;
    for (usize i = 0; i < count_; i++) {
        const Route& r = routes_[i];
        if (r.to.contains(destination) && (!best || r.to.length >= best->to.length)) best = &r;
    }
    if (!best) return std::nullopt;
    return Hop{best->interface, best->gateway.is_any() ? destination : best->gateway};
}

Ipv4Addr RouteTable::gateway(const Interface& interface) {
    port::Guard guard(lock_);
    const Route* r = same_locked({Ipv4Addr{}, 0}, interface);
    return r ? r->gateway : Ipv4Addr{};
}

}  // namespace net
