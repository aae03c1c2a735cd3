// What a router does to a packet that is longer than the MTU of the next link.
#pragma once

#include <map>
#include <tuple>

#include "packets.h"

namespace sim {

// The IPv4 header of a frame; null: the frame has none.
const net::Ipv4Header* ipv4_of(const packets::Packet& frame);

// The fragments of a frame for a link with this MTU (RFC 791 section 3.2).
std::vector<packets::Packet> fragments_of(const packets::Packet& frame, usize mtu);

// The ICMP message of a router that has dropped the frame, because it is too long and has DF (RFC 1191).
packets::Packet too_big(const packets::Packet& frame, usize mtu);

// Gives packets the identifications of a host that counts them from 0 for each source, destination and
// protocol, which is the least that RFC 791 asks for. So packets that reassembly must keep apart often have
// the same identification.
class Renumbering {
  public:
    void apply(packets::Packet& frame);

  private:
    using Flow = std::tuple<u32, u32, u8>;
    std::map<std::pair<Flow, u16>, u16> numbers_;
    std::map<Flow, u16> next_;
};

}  // namespace sim
