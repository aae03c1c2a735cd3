// The routing table: it gives the interface and the next hop for a destination.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "net/proto/hop_cache.h"

namespace net {

struct Route {
    Ipv4Prefix to;
    Ipv4Addr gateway;  // 0.0.0.0: the destinations are on the link
    Interface* interface = nullptr;
    u16 metric = 0;  // among routes to the same prefix, the lowest metric is used
    // The interface whose address makes this route; null: it was added by hand.
    const Interface* made_by = nullptr;
};

// There are few routes, so the table is an array in order of preference: longest prefix first, then lowest
// metric, then latest added. The first route whose prefix contains the destination is used. Routes of an
// interface that is down stay in the table, but are not used.
class RouteTable {
  public:
    static constexpr usize kMaxRoutes = 32;

    explicit RouteTable(HopCache& hops) : hops_(hops) {}

    // Adds a route or replaces the one with the same prefix and interface. NoSpc: the table is full.
    Result<> add(const Route& route) EXCLUDES(lock_);
    // Removes the route with this prefix and interface. NoEnt: there is none.
    Result<> remove(Ipv4Prefix to, const Interface& interface) EXCLUDES(lock_);

    // The interface gets a new address: in one step, `made` replaces the routes that its old one made. Routes
    // through the interface that were added by hand stay only if the new link has their gateway. NoSpc:
    // nothing has changed.
    Result<> replace(const Interface& of, Ipv4Prefix address, std::span<const Route> made) EXCLUDES(lock_);
    // The interface went up or down.
    void state_changed(const Interface& of) EXCLUDES(lock_);

    struct NextHop {
        Interface* interface;
        Ipv4Addr neighbour;  // the gateway, or the destination itself if it is on the link
    };
    // The next hop; nothing: no route.
    std::optional<NextHop> find(Ipv4Addr destination) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        for (const Entry *e = entries_.data(), *end = e + count_; e != end; e++) {
            if ((destination.value() & e->mask) != e->network) continue;
            return NextHop{e->route.interface, e->route.gateway.is_any() ? destination : e->route.gateway};
        }
        return std::nullopt;
    }

    // The default gateway of an interface, or 0.0.0.0.
    Ipv4Addr gateway(const Interface& interface) EXCLUDES(lock_);

    // The index-th route in the order of preference; nothing past the last.
    std::optional<Route> at(usize index) EXCLUDES(lock_);

  private:
    struct Entry {
        u32 network = 0, mask = 0;  // of route.to, for find(); 1 and 0, which match nothing: not usable
        Route route;
        explicit Entry(const Route& r) : route(r) { update(); }
        Entry() = default;
        void update();
    };
    Entry* same_locked(Ipv4Prefix to, const Interface& interface) REQUIRES(lock_);
    void insert_locked(const Route& route) REQUIRES(lock_);
    void erase_locked(Entry& e) REQUIRES(lock_);

    HopCache& hops_;  // forgets when a route changes
    platform::Lock lock_{LockRank::Route, "routes"};
    std::array<Entry, kMaxRoutes> entries_ GUARDED_BY(lock_){};
    usize count_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
