// Interface: the stack's state for one network device: its IPv4 address and its ARP cache. It puts IPv4
// packets into Ethernet frames and passes them to the driver.
#pragma once

#include "net/core/netdev.h"
#include "net/proto/arp.h"
#include "net/proto/hop_cache.h"
#include "net/wire/ether.h"

namespace net {

class Inet;

// What to do when the device's ring is full. Only a thread that works for a user program may wait.
enum class WhenFull : u8 { Drop, Wait };

class Interface {
  public:
    Interface() = default;
    Interface(const Interface&) = delete;
    Interface& operator=(const Interface&) = delete;

    // Call this once, before the first frame. A loopback interface needs no ARP: every frame comes back. It
    // accepts 127.0.0.0/8 and the addresses of all interfaces.
    enum class Kind : u8 { Ethernet, Loopback };
    void attach(Inet& inet, NetDevice& device, Ipv4Prefix address, Kind kind = Kind::Ethernet);
    bool is_loopback() const { return kind_ == Kind::Loopback; }

    Inet& inet() const { return *inet_; }
    NetDevice& device() const { return *device_; }
    ArpCache& arp() { return arp_; }
    MacAddr mac() const { return mac_; }
    usize mtu() const { return max_frame_ - sizeof(EtherHeader); }  // of the link: the maximum IP packet
    Ipv4Addr addr() const { return prefix_.addr; }
    Ipv4Prefix prefix() const { return prefix_; }

    // Is `a` our unicast address on this interface? An address of another interface is not accepted here: the
    // "strong end system" model of RFC 1122 section 3.3.4.2.
    bool is_ours(Ipv4Addr a) const { return a == addr() || (is_loopback() && loops(a)); }
    // Is `a` a broadcast address on this link?
    bool is_broadcast(Ipv4Addr a) const { return a.is_broadcast() || prefix_.is_broadcast(a); }
    // May another host on this link have the address `a`? Excludes broadcast and network addresses.
    bool is_neighbour(Ipv4Addr a) const;

    // The hop to a neighbour on the link, or for a broadcast; marks the neighbour as used.
    Hop hop_to(Ipv4Addr neighbour);

    // Sends an IPv4 packet to a hop of this interface. If the neighbour's MAC address is unknown, the packet
    // waits in the ARP cache and this call succeeds. Consumes the packet, also on failure. Errors: Intr (only
    // with Wait), NetDown, NoBufs; the packet was dropped and counted.
    Result<> send(MbufPtr&& packet, const Hop& to, WhenFull when) {
        if (!to.has_mac) [[unlikely]]
            return arp_.resolve(to.neighbour, std::move(packet), platform::now());
        return send_frame(std::move(packet), to.mac, EtherType::Ipv4, when);
    }

    // Adds the Ethernet header and transmits; consumes the payload. All frames are sent here, so the length
    // is checked here: no frame, and no segment that the device makes, may exceed the link's MTU plus the
    // header. A longer one is a bug: debug builds panic, others drop and count it (MsgSize).
    Result<> send_frame(MbufPtr&& payload, MacAddr to, EtherType type, WhenFull when);

    // Transmits a frame that has its Ethernet header. Again: the ring is full, the caller keeps the frame.
    // Other errors: those of NetDevice::transmit, MsgSize (longer than the link's MTU).
    Result<> send_whole(MbufPtr& frame);

    // Announces our address to all hosts on the link (RFC 5227 section 2.3, a gratuitous ARP).
    void announce();

  private:
    Result<> transmit(MbufPtr& frame, WhenFull when);
    Result<usize> prepare_scattered(Mbuf& frame);
    Errno refuse_oversize(usize length);
    Result<> try_again(MbufPtr& frame, Result<> sent, WhenFull when);
    bool loops(Ipv4Addr a) const;

    Inet* inet_ = nullptr;
    NetDevice* device_ = nullptr;
    MacAddr mac_;                       // a copy of the device's: saves a virtual call for each frame
    usize max_frame_ = kEtherMaxFrame;  // from the device's MTU
    Ipv4Prefix prefix_;
    Kind kind_ = Kind::Ethernet;
    ArpCache arp_{*this};
};

}  // namespace net
