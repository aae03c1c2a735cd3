// The primitives of the language as conditions: host, net, port, proto, broadcast, ... and the access to
// bytes.
//
// Each returns kNone, with fault(), for a combination that has no meaning ("arp port 80").
#pragma once

#include "net/filter/language/headers.h"

namespace net::language {

class Primitives {
  public:
    // `netmask` is that of the link, for `ip broadcast`; 0: it is not known.
    Primitives(Tree& tree, Link link, u32 netmask) : tree_(tree), headers_(tree, link), netmask_(netmask) {}

    const char* fault() const { return fault_; }

    NodeId protocol(Protocol p);                             // "tcp"
    NodeId host(const Qualifier& q, u32 address, u32 mask);  // "src net 10.0.0.0/8"
    NodeId station(const Qualifier& q, MacAddr mac);         // "ether host 52:54:00:12:34:56"
    NodeId ports(const Qualifier& q, u32 first, u32 last);   // "tcp dst port 80"
    NodeId number(const Qualifier& q, u32 protocol);         // "ip proto 89"
    NodeId named(const Qualifier& q, Protocol p);            // "ether proto \arp"
    NodeId broadcast(Protocol p);
    NodeId multicast(Protocol p);
    NodeId vlan(std::optional<u32> id);

    // The value of bytes in a protocol's header, and when there is one: `condition`.
    NodeId load(Protocol p, u8 size, NodeId index, NodeId& condition);

  private:
    NodeId fail(const char* why);
    NodeId ended(Direction direction, NodeId source, NodeId destination);
    NodeId address(EtherType type, u32 source_at, u32 destination_at, Direction d, u32 value, u32 mask);
    NodeId is_mac(u32 at, MacAddr mac);
    NodeId ports_in(u8 protocol, Direction d, u32 first, u32 last);
    NodeId port_range(NodeId port, u32 first, u32 last);

    Tree& tree_;
    Headers headers_;
    u32 netmask_;
    const char* fault_ = nullptr;
};

}  // namespace net::language
