// The routing table: which interface, and which neighbour there, takes a packet on towards its destination.
#pragma once

#include <array>
#include <optional>

#include "net/platform.h"
#include "net/wire/addr.h"

namespace net {

class Interface;

struct Route {
    Ipv4Prefix to;
    Ipv4Addr gateway;  // any (0.0.0.0): the destinations are on the link itself
    Interface* interface = nullptr;
    u16 metric = 0;  // among routes to the same prefix the one with the lowest is taken
};

// Few routes, kept in the order of preference: the longest prefix first, then the lowest metric, then the one
// added last. So the first that contains a destination is the right one.
class RouteTable {
  public:
    static constexpr usize kMaxRoutes = 32;

    // A route to the same prefix over the same interface is replaced. NoSpc: the table is full.
    Result<> add(const Route& route) EXCLUDES(lock_);
    // NoEnt: there is none to that prefix over that interface.
    Result<> remove(Ipv4Prefix to, const Interface& interface) EXCLUDES(lock_);

    struct Hop {
        Interface* interface;
        Ipv4Addr neighbour;  // whom to hand the packet to: the gateway, or the destination itself
    };
    // On the path of every packet sent.
    std::optional<Hop> find(Ipv4Addr destination) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        for (const Entry *e = entries_.data(), *end = e + count_; e != end; e++) {
            if ((destination.value() & e->mask) != e->network) continue;
            return Hop{e->route.interface, e->route.gateway.is_any() ? destination : e->route.gateway};
        }
        return std::nullopt;
    }

    // The default gateway behind an interface, or 0.0.0.0.
    Ipv4Addr gateway(const Interface& interface) EXCLUDES(lock_);

    // The index-th route in the order of preference; nothing past the last.
    std::optional<Route> at(usize index) EXCLUDES(lock_);

  private:
    struct Entry {
        u32 network = 0, mask = 0;  // of route.to, at hand for find()
        Route route;
    };
    Entry* same_locked(Ipv4Prefix to, const Interface& interface) REQUIRES(lock_);
    void erase_locked(Entry& e) REQUIRES(lock_);

    platform::Lock lock_{LockRank::Route, "routes"};
    std::array<Entry, kMaxRoutes> entries_ GUARDED_BY(lock_){};
    usize count_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
