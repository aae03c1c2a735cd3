// Inet: the state shared by the IPv4 protocols: interfaces, routes, endpoints, counters, rate limits.
//
//   net_rx -> ether_in -> arp_in
//                      -> ip_in -> icmp_in | udp_in | tcp_in -> Endpoint::deliver
//   net_tx_udp, icmp_tx_echo -> ip_out -> Interface::send -> NetDevice::transmit
//
// Nothing here is global, so several stacks can exist at the same time.
#pragma once

#include <atomic>

#include "net/core/budget.h"
#include "net/core/stats.h"
#include "net/core/token_bucket.h"
#include "net/proto/dump_tap.h"
#include "net/proto/endpoint.h"
#include "net/proto/hop_cache.h"
#include "net/proto/interface.h"
#include "net/proto/ip_identification.h"
#include "net/proto/ip_reassembly.h"
#include "net/proto/loopback.h"
#include "net/proto/path_mtu.h"
#include "net/proto/route.h"
#include "net/proto/taps.h"

namespace net {

class Tcp;  // tcp/tcp.h

class Inet {
  public:
    static constexpr usize kMaxInterfaces = 4;

    Inet();
    Inet(const Inet&) = delete;
    Inet& operator=(const Inet&) = delete;

    // Adds an interface with an address, as set_address(), and a default gateway (none if 0.0.0.0). Routes of
    // interfaces added first are preferred. At boot, by one thread. Errors: AddrNotAvail, as set_address();
    // Inval (the gateway is not on the link), NoSpc (too many interfaces).
    Result<Interface*> add_interface(NetDevice& device, Ipv4Prefix address, Ipv4Addr gateway = {});

    // Gives the interface another address, or none (0.0.0.0/0). In one step, the new address replaces the old
    // one and its routes: to the link, to the address itself (through loopback) and for broadcasts; also
    // routes whose gateway is not on the new link are removed. Empties the interface's ARP cache and
    // announces the address. Sockets keep the old address, but nothing arrives for them any more, and what
    // they send fails (AddrNotAvail). Any thread, while packets flow. Errors: AddrNotAvail (not a host
    // address, or another interface has it), OpNotSupp (the loopback interface), NoSpc (too many routes).
    // Nothing has changed then.
    Result<> set_address(Interface& interface, Ipv4Prefix address) EXCLUDES(settings_lock_);

    // Starts or stops using the interface. A stopped one keeps its address and its routes, but the routes are
    // not used; it drops what it receives. Any thread. OpNotSupp: the loopback interface.
    Result<> set_up(Interface& interface, bool up) EXCLUDES(settings_lock_);

    // Adds a route, as RouteTable::add. Any thread. Errors: NetUnreach (the gateway is not on the interface's
    // link, or the interface has no address), NoSpc.
    Result<> add_route(const Route& route) EXCLUDES(settings_lock_);
    // The interfaces in the order they were added, then the loopback interface; null past the last.
    Interface* interface(usize index) {
        return index < interface_count_ ? &interfaces_[index] : index == interface_count_ ? &lo_ : nullptr;
    }
    Interface& loopback() { return lo_; }
    // Passes up what this host has sent to itself (Loopback::deliver). To be called after each packet that
    // may have gone there, as soon as no lock is held.
    void deliver_loopback() {
        if (loopback_waiting_.load(std::memory_order_relaxed)) [[unlikely]]
            loopback_.deliver();
    }

    bool has_several_interfaces() const { return interface_count_ > 1; }  // not counting loopback

    // Is `a` an address of this host, on an interface that is up?
    bool is_own(Ipv4Addr a) const {
        for (usize i = 0; i < interface_count_; i++) {
            if (interfaces_[i].has(a)) return true;
        }
        return a.is_loopback() && !lo_.is_broadcast(a);
    }
    // Is `a` a broadcast address on one of our links?
    bool is_broadcast(Ipv4Addr a) const;

    // Our source address for packets to a remote host, chosen by the route. Errors: AddrNotAvail (not a host
    // address), NetUnreach (no route).
    Result<Ipv4Addr> source_for(Ipv4Addr remote);
    // Our source address for broadcasts to `to`. Errors: NetUnreach.
    Result<Ipv4Addr> source_for_broadcast(Ipv4Addr to);

    // The path to `remote`: its MTU as far as it is known, and the MTU of the first link. Nothing: no route.
    struct Path {
        u16 mtu, link_mtu;
        bool may_fragment;  // PathMtus::Path
    };
    std::optional<Path> path_to(Ipv4Addr remote);

    // TCP is in a higher layer: its constructor calls attach_tcp before the first packet.
    Tcp& tcp() { return *tcp_; }
    void attach_tcp(Tcp& tcp) { tcp_ = &tcp; }

    // Does anybody want such frames? The channels attach their taps before the first frame, and set what is
    // wanted (bits of Tap) whenever it changes.
    bool is_tapped(Tap what) const {
        return tapped_.load(std::memory_order_relaxed) & static_cast<u32>(what);
    }
    FrameTaps& taps() { return *taps_; }
    void attach_taps(FrameTaps& taps) { taps_ = &taps; }
    void set_tapped(u32 wanted) { tapped_.store(wanted, std::memory_order_relaxed); }

    RouteTable& routes() { return routes_; }
    HopCache& hops() { return hops_; }
    EndpointTable& endpoints() { return endpoints_; }
    Reassembly& reassembly() { return reassembly_; }
    PathMtus& path_mtus() { return path_mtus_; }
    IpIdentification& identification() { return identification_; }

    void bump(Stat s, u64 n = 1) { stats_.bump(s, n); }
    u64 count(Stat s) const { return stats_.count(s); }
    Stats& stats() { return stats_; }  // for other families

    // How received packets are printed, and which.
    DumpTap& dump() { return dump_; }

    TokenBucket& unreachable_limit() { return unreachable_limit_; }
    TokenBucket& reset_limit() { return reset_limit_; }

    // All receive queues together get half of all mbufs, shared by MbufBudget's rule. So idle readers cannot
    // take all mbufs from the device rings or from each other.
    static constexpr u32 kMaxQueued = kMaxMbufs / 2;
    MbufBudget& queue_budget() { return queue_budget_; }

  private:
    bool may_have_locked(const Interface& interface, Ipv4Prefix address) const REQUIRES(settings_lock_);
    Result<> make_routes_locked(Interface& interface, Ipv4Prefix address) REQUIRES(settings_lock_);
    void settings_changed_locked(Interface& interface, Interface::Settings to) REQUIRES(settings_lock_);

    // What each packet needs comes first: a small offset fits into one instruction.
    Tcp* tcp_ = nullptr;
    std::atomic<u32> tapped_{0};
    std::atomic<u32> loopback_waiting_{0};
    HopCache hops_;
    Stats stats_;
    PathMtus path_mtus_;
    Interface interfaces_[kMaxInterfaces];
    usize interface_count_ = 0;
    Loopback loopback_{loopback_waiting_};
    Interface lo_;
    RouteTable routes_{hops_};
    platform::Lock settings_lock_{LockRank::Interfaces, "interfaces"};  // one change at a time
    EndpointTable endpoints_;
    Reassembly reassembly_{*this};
    IpIdentification identification_;
    FrameTaps* taps_ = nullptr;
    DumpTap dump_;
    MbufBudget queue_budget_{kMaxQueued};
    TokenBucket unreachable_limit_{50, milliseconds(10)};
    TokenBucket reset_limit_{50, milliseconds(10)};
};

}  // namespace net
