// Whole Ethernet frames for DHCP and for the check of an address by ARP: before there is an address, no
// socket can send them.
#pragma once

#include <array>
#include <optional>

#include "dhcp/message.h"
#include "net/wire/arp.h"
#include "net/wire/ipv4.h"
#include "net/wire/udp.h"

namespace dhcp {

// Where a message goes, on each layer.
struct Destination {
    net::MacAddr mac = net::MacAddr::broadcast();
    net::Ipv4Addr address{255, 255, 255, 255};
};

// A frame of ours. The bytes are valid as long as the object.
class Frame {
  public:
    // A message in a datagram from source:68 to destination:67.
    Frame(net::MacAddr us, net::Ipv4Addr source, const Destination& to, Bytes message);
    // An ARP probe (RFC 5227 section 1.1): does anybody have this address?
    static Frame arp_probe(net::MacAddr us, net::Ipv4Addr address);

    Bytes bytes() const { return Bytes(bytes_).first(size_); }

  private:
    Frame() = default;
    std::array<u8, 600> bytes_{};
    usize size_ = net::kEtherMinFrame;
};

// A server's message in a frame for us, and the station that has sent it.
struct Received {
    Reply reply;
    net::MacAddr from;
};
// Nothing: the frame is not for `us`, or it is not a valid message from port 67 to port 68.
std::optional<Received> parse_reply(Bytes frame, net::MacAddr us);

// The ARP packet in a frame; nothing: another protocol, or malformed.
std::optional<net::ArpPacket> parse_arp(Bytes frame);

}  // namespace dhcp
