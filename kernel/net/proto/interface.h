// Interface: the stack's state for one network device: its IPv4 address and its ARP cache. It puts IPv4
// packets into Ethernet frames and passes them to the driver.
#pragma once

#include <atomic>

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

    // Call this once, before the first frame. The interface has no address yet. A loopback interface needs no
    // ARP: every frame comes back. It accepts 127.0.0.0/8 and the addresses of all interfaces.
    enum class Kind : u8 { Ethernet, Loopback };
    void attach(Inet& inet, NetDevice& device, Kind kind = Kind::Ethernet);
    bool is_loopback() const { return kind_ == Kind::Loopback; }

    // What an administrator sets. It changes while packets flow, so it is one word: address and length always
    // belong together.
    struct alignas(8) Settings {
        Ipv4Prefix address;  // 0.0.0.0/0: none; the interface then receives nothing
        bool up = true;      // down: it sends and receives nothing
        bool is_usable() const { return up && !address.addr.is_any(); }
    };
    Settings settings() const { return settings_.load(std::memory_order_relaxed); }
    void set(Settings s);  // only for Inet, which also changes the routes and empties the ARP cache

    Inet& inet() const { return *inet_; }
    NetDevice& device() const { return *device_; }
    ArpCache& arp() { return arp_; }
    MacAddr mac() const { return mac_; }
    usize mtu() const { return mtu_; }  // of the link: the maximum IP packet
    Ipv4Prefix prefix() const { return settings().address; }
    Ipv4Addr addr() const { return addr_.load(std::memory_order_relaxed); }  // 0.0.0.0: none
    bool is_up() const { return settings().up; }

    // Is the interface up, and does it have an address? If not, received frames must be dropped before the
    // functions below are called.
    bool is_usable() const { return !unicast().is_any(); }
    // Is `a` the address of this interface, and the interface usable?
    bool has(Ipv4Addr a) const { return a == unicast() && !a.is_any(); }
    // Is `a` our unicast address on this interface? An address of another interface is not accepted here: the
    // "strong end system" model of RFC 1122 section 3.3.4.2.
    bool is_ours(Ipv4Addr a) const { return a == unicast() || (is_loopback() && loops(a)); }
    // Is `a` a broadcast address on this link?
    bool is_broadcast(Ipv4Addr a) const {
        return a == broadcast_.load(std::memory_order_relaxed) || a.is_broadcast();
    }
    // May another host on this link have the address `a`? Excludes broadcast and network addresses.
    bool is_neighbour(Ipv4Addr a) const { return prefix().has_neighbour(a); }

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
    // header. A longer one is a bug: debug builds panic, others drop and count it (MsgSize). NetDown: the
    // interface is down; counted.
    Result<> send_frame(MbufPtr&& payload, const MacAddr& to, EtherType type, WhenFull when);

    // Transmits a frame that has its Ethernet header. Again: the ring is full, the caller keeps the frame.
    // Other errors: those of NetDevice::transmit, MsgSize (longer than the link's MTU), NetDown.
    Result<> send_whole(MbufPtr& frame);

    // Announces our address to all hosts on the link (RFC 5227 section 2.3, a gratuitous ARP), if it is
    // usable.
    void announce();

  private:
    Result<> transmit(MbufPtr& frame, WhenFull when);
    // Before a frame is passed to the device: checks its length, and shows it to the taps. Errors: MsgSize,
    // NetDown.
    Result<> prepare(Mbuf& frame);
    Result<usize> prepare_scattered(Mbuf& frame);
    Errno refuse(const Mbuf& frame, Errno why);
    Result<> try_again(MbufPtr& frame, Result<> sent, WhenFull when);
    bool loops(Ipv4Addr a) const;
    Ipv4Addr unicast() const { return unicast_.load(std::memory_order_relaxed); }

    Inet* inet_ = nullptr;
    NetDevice* device_ = nullptr;
    MacAddr mac_;  // copies of the device's: they save a virtual call for each frame
    u16 mtu_ = kEtherMtu;
    Kind kind_ = Kind::Ethernet;
    std::atomic<Settings> settings_{};
    // What each packet needs of the settings. unicast_ is 0.0.0.0 if the interface is not usable.
    std::atomic<Ipv4Addr> addr_{};
    std::atomic<Ipv4Addr> unicast_{};
    std::atomic<Ipv4Addr> broadcast_{Ipv4Addr(0xffff'ffff)};  // this value: the link has no other
    std::atomic<u32> longest_frame_{0};  // 0 while the interface is down: so one comparison checks both
    ArpCache arp_{*this};
};

}  // namespace net
