#include "net/proto/route.h"

namespace net {

RouteTable::Entry* RouteTable::same_locked(Ipv4Prefix to, const Interface& interface) {
    for (usize i = 0; i < count_; i++) {
        const Route& r = entries_[i].route;
        if (r.interface == &interface && r.to.length == to.length && r.to.contains(to.addr))
            return &entries_[i];
    }
    return nullptr;
}

void RouteTable::erase_locked(Entry& e) {
    count_--;
    for (Entry* at = &e; at != &entries_[count_]; at++) *at = at[1];
}

// Inserts the route after all routes that have preference over it.
Result<> RouteTable::add(const Route& route) {
    platform::Guard guard(lock_);
    if (Entry* same = same_locked(route.to, *route.interface)) erase_locked(*same);
    if (count_ == kMaxRoutes) return Errno::NoSpc;
    usize at = count_++;
    for (; at > 0; at--) {
        const Route& before = entries_[at - 1].route;
        if (before.to.length > route.to.length) break;
        if (before.to.length == route.to.length && before.metric < route.metric) break;
        entries_[at] = entries_[at - 1];
    }
    entries_[at] = {route.to.addr.value() & route.to.mask(), route.to.mask(), route};
    hops_.forget();
    return {};
}

Result<> RouteTable::remove(Ipv4Prefix to, const Interface& interface) {
    platform::Guard guard(lock_);
    Entry* same = same_locked(to, interface);
    if (!same) return Errno::NoEnt;
    erase_locked(*same);
    hops_.forget();
    return {};
}

Ipv4Addr RouteTable::gateway(const Interface& interface) {
    platform::Guard guard(lock_);
    const Entry* e = same_locked({Ipv4Addr{}, 0}, interface);
    return e ? e->route.gateway : Ipv4Addr{};
}

std::optional<Route> RouteTable::at(usize index) {
    platform::Guard guard(lock_);
    if (index >= count_) return std::nullopt;
    return entries_[index].route;
}

}  // namespace net
