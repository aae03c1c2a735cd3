// Where headers are in a packet, and conditions on single headers: what all primitives are made of.
#pragma once

#include <optional>

#include "net/filter/language/tree.h"
#include "net/filter/language/words.h"

namespace net::language {

// The first header of the packets (https://www.tcpdump.org/linktypes.html).
enum class Link : u8 { Ethernet, RawIp, LinuxCooked, LinuxCooked2 };

class Headers {
  public:
    Headers(Tree& tree, Link link);

    Link link() const { return link_; }

    // The frame's type is this one. Raw IP has only IPv4 and IPv6.
    NodeId is_type(EtherType type);
    // An IP packet of this protocol. In IPv6 it may stand behind one fragment header.
    NodeId is_ipv4(u8 protocol);
    NodeId is_ipv6(u8 protocol);
    // Not a later fragment: it has a transport header. To be asked of IPv4 only.
    NodeId has_transport();

    // A field of the network header.
    NodeId network(u8 size, u32 at, u32 value, u32 mask = 0xffff'ffff);
    // Values of the packet: `index` counts from the header's first byte.
    NodeId load_link(u8 size, NodeId index);
    NodeId load_network(u8 size, NodeId index);
    NodeId load_behind_ipv4(u8 size, NodeId index);
    NodeId load_behind_ipv6(u8 size, NodeId index);

    // A VLAN tag, with this identifier if one is given. All that is asked later is asked of what is in the
    // VLAN, as in libpcap: `vlan and ip`.
    NodeId enter_vlan(std::optional<u16> id);

  private:
    Tree& tree_;
    Link link_;
    u32 type_at_ = 0, network_at_ = 0;
};

}  // namespace net::language
