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

    // Once, before the first frame. A loopback interface has no neighbours to ask for: whatever is sent comes
    // back, and it answers to every address that starts with 127 and to all that the other interfaces have.
    enum class Kind : u8 { Ethernet, Loopback };
    void attach(Inet& inet, NetDevice& device, Ipv4Prefix address, Kind kind = Kind::Ethernet);
    bool is_loopback() const { return kind_ == Kind::Loopback; }

    Inet& inet() const { return *inet_; }
    NetDevice& device() const { return *device_; }
    ArpCache& arp() { return arp_; }
    MacAddr mac() const { return mac_; }
    usize mtu() const { return max_frame_ - sizeof(EtherHeader); }  // of the link: the longest IP packet
    Ipv4Addr addr() const { return prefix_.addr; }
    Ipv4Prefix prefix() const { return prefix_; }

    // Is a packet to `a` that arrives here for this host alone? An address of another interface is not
    // taken here: the "strong end system" of RFC 1122 section 3.3.4.2.
    bool is_ours(Ipv4Addr a) const { return a == addr() || (is_loopback() && loops(a)); }
    // Do packets to `a` go to everybody on this link?
    bool is_broadcast(Ipv4Addr a) const { return a.is_broadcast() || prefix_.is_broadcast(a); }
    // May a host on this link have the address `a`? Not we, not a broadcast, not the network itself.
    bool is_neighbour(Ipv4Addr a) const;

    // Sends an IPv4 packet to a neighbour on the link, or to all. When the neighbour's MAC address is not
    // known yet, the packet waits for it in the neighbour cache and this still succeeds. Takes the packet in
    // any case.
    // Errors: Intr (only with Wait), NetDown, NoBufs: it was dropped, and counted.
    Result<> send(MbufPtr packet, Ipv4Addr neighbour, WhenFull when);

    // Puts the Ethernet header in front and transmits. Every frame leaves here, so here is the rule: none is
    // longer than the link's MTU and a header, nor will the device cut one that is. Whoever asks for it has a
    // bug; debug builds panic. MsgSize: such a frame was dropped, and counted.
    Result<> send_frame(MbufPtr payload, MacAddr to, EtherType type, WhenFull when);

    // Tells everybody on the link our addresses (RFC 5227 section 2.3, a gratuitous ARP).
    void announce();

  private:
    Result<> transmit(MbufPtr& frame, WhenFull when);
    Result<> prepare_scattered(Mbuf& frame, usize& longest);
    Errno refuse_oversize(usize length);
    Result<> try_again(MbufPtr& frame, Result<> sent, WhenFull when);
    Result<> send_unknown(MbufPtr packet, Ipv4Addr neighbour, WhenFull when);
    bool loops(Ipv4Addr a) const;

    Inet* inet_ = nullptr;
    NetDevice* device_ = nullptr;
    MacAddr mac_;                       // the device's, which never changes: saves a virtual call a frame
    usize max_frame_ = kEtherMaxFrame;  // from the device's MTU
    Ipv4Prefix prefix_;
    Kind kind_ = Kind::Ethernet;
    ArpCache arp_{*this};
};

}  // namespace net
