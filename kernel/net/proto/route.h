// The routing table: which interface, and which neighbour there, takes a packet on towards its destination.
#pragma once

#include <array>
#include <optional>

#include "net/port.h"
#include "net/wire/addr.h"

namespace net {

class Interface;

struct Route {
    Ipv4Prefix to;
    Ipv4Addr gateway;  // any (0.0.0.0): the destinations are on the link itself
    Interface* interface = nullptr;
};

// Few routes, looked up by a walk over all: the longest prefix wins, among equals the one added last.
class RouteTable {
  public:
    static constexpr usize kMaxRoutes = 16;

    // A route to the same prefix over the same interface is replaced. NoSpc: the table is full.
    Result<> add(const Route& route) EXCLUDES(lock_);
    // NoEnt: there is none to that prefix over that interface.
    Result<> remove(Ipv4Prefix to, const Interface& interface) EXCLUDES(lock_);

    struct Hop {
        Interface* interface;
        Ipv4Addr neighbour;  // whom to hand the packet to: the gateway, or the destination itself
    };
    std::optional<Hop> find(Ipv4Addr destination) EXCLUDES(lock_);

    // The default gateway behind an interface, or 0.0.0.0.
    Ipv4Addr gateway(const Interface& interface) EXCLUDES(lock_);

  private:
    Route* same_locked(Ipv4Prefix to, const Interface& interface) REQUIRES(lock_);

    port::Lock lock_{LockRank::Route, "routes"};
    std::array<Route, kMaxRoutes> routes_ GUARDED_BY(lock_){};
    usize count_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
