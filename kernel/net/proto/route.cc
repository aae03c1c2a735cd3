#include "net/proto/route.h"

#include "net/proto/interface.h"

namespace net {

void RouteTable::Entry::update() {
    const bool usable = (route.made_by ? route.made_by : route.interface)->is_up();
    mask = usable ? route.to.mask() : 0;
    network = usable ? route.to.addr.value() & mask : 1;
}

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

// Inserts the route after all routes that have preference over it. There must be room.
void RouteTable::insert_locked(const Route& route) {
    if (Entry* same = same_locked(route.to, *route.interface)) erase_locked(*same);
    usize at = count_++;
    for (; at > 0; at--) {
        const Route& before = entries_[at - 1].route;
        if (before.to.length > route.to.length) break;
        if (before.to.length == route.to.length && before.metric < route.metric) break;
        entries_[at] = entries_[at - 1];
    }
    entries_[at] = Entry(route);
    hops_.forget();
}

Result<> RouteTable::add(const Route& route) {
    platform::Guard guard(lock_);
    if (count_ == kMaxRoutes && !same_locked(route.to, *route.interface)) return Errno::NoSpc;
    insert_locked(route);
    return {};
}

// Does the route stay when `of` gets this address?
static bool stays(const Route& r, const Interface& of, Ipv4Prefix address) {
    if (r.made_by) return r.made_by != &of;
    if (r.interface != &of) return true;
    return r.gateway.is_any() ? !address.addr.is_any() : address.has_neighbour(r.gateway);
}

Result<> RouteTable::replace(const Interface& of, Ipv4Prefix address, std::span<const Route> made) {
    platform::Guard guard(lock_);
    usize staying = 0;
    for (usize i = 0; i < count_; i++) staying += stays(entries_[i].route, of, address);
    if (staying + made.size() > kMaxRoutes) return Errno::NoSpc;
    staying = 0;
    for (usize i = 0; i < count_; i++) {
        if (stays(entries_[i].route, of, address)) entries_[staying++] = entries_[i];
    }
    count_ = staying;
    for (const Route& r : made) insert_locked(r);
    hops_.forget();
    return {};
}

void RouteTable::state_changed(const Interface& of) {
    platform::Guard guard(lock_);
    for (usize i = 0; i < count_; i++) {
        const Route& r = entries_[i].route;
        if (r.interface == &of || r.made_by == &of) entries_[i].update();
    }
    hops_.forget();
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
