// DhcpLease: what a DHCP server has lent us.
#pragma once

#include "lib/time.h"
#include "net/wire/addr.h"

namespace dhcp {

inline constexpr usize kMostNameServers = 3;

struct DhcpLease {
    net::Ipv4Prefix address;
    net::Ipv4Addr router;  // on the link of `address`; 0.0.0.0: none
    net::Ipv4Addr name_servers[kMostNameServers];
    u8 name_server_count = 0;
    u16 mtu = 0;            // 0: the server does not say
    net::Ipv4Addr server;   // who granted it
    net::MacAddr next_hop;  // the station that delivers packets for the server
    Instant renew_at;       // T1: ask the same server
    Instant rebind_at;      // T2: ask any server
    Instant expires_at;     // the address must not be used any more; never() for an infinite lease
};

}  // namespace dhcp
