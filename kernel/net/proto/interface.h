// Interface: what the stack hangs on a network device. Its IPv4 address, its neighbour cache, and the way
// down: an IPv4 packet goes in, an Ethernet frame goes to the driver.
#pragma once

#include "net/core/netdev.h"
#include "net/proto/arp.h"
#include "net/wire/ether.h"

namespace net {

class Inet;

// What a sender does when the device's ring is full. Only a thread that works for a user program may wait.
enum class WhenFull : u8 { Drop, Wait };

class Interface {
  public:
    Interface() = default;
    Interface(const Interface&) = delete;
    Interface& operator=(const Interface&) = delete;

    // Once, before the first frame.
    void attach(Inet& inet, NetDevice& device, Ipv4Prefix address);

    Inet& inet() const { return *inet_; }
    NetDevice& device() const { return *device_; }
    ArpCache& arp() { return arp_; }
    MacAddr mac() const { return mac_; }
    Ipv4Addr addr() const { return prefix_.addr; }
    Ipv4Prefix prefix() const { return prefix_; }

    // Do packets to `a` go to everybody on this link?
    bool is_broadcast(Ipv4Addr a) const { return a.is_broadcast() || prefix_.is_broadcast(a); }
    // May a host on this link have the address `a`? Not we, not a broadcast, not the network itself.
    bool is_neighbour(Ipv4Addr a) const;

    // Sends an IPv4 packet to a neighbour on the link. When its MAC address is not known yet, the packet
    // waits for it in the neighbour cache and this still succeeds. Takes the packet in any case.
    // Errors: Intr (only with Wait), NetDown, NoBufs: it was dropped, and counted.
    Result<> send(MbufPtr packet, Ipv4Addr neighbour, WhenFull when);

    // Puts the Ethernet header in front and transmits.
    Result<> send_frame(MbufPtr payload, MacAddr to, EtherType type, WhenFull when);

    // Tells everybody on the link our addresses (RFC 5227 section 2.3, a gratuitous ARP).
    void announce();

  private:
    Result<> transmit(MbufPtr frame, WhenFull when);

    Inet* inet_ = nullptr;
    NetDevice* device_ = nullptr;
    MacAddr mac_;  // the device's, which never changes: saves a virtual call a frame
    Ipv4Prefix prefix_;
    ArpCache arp_{*this};
};

}  // namespace net
