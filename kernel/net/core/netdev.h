// The interface between the stack and a network device.
#pragma once

#include "lib/result.h"
#include "net/core/mbuf.h"
#include "net/wire/ether.h"

namespace net {

class Interface;  // proto/interface.h: the stack's state for one device

// The counters of a driver, since boot.
struct NetDeviceCounters {
    u64 rx_packets, rx_bytes, tx_packets, tx_bytes;
    u64 rx_no_mbuf;    // a frame stayed in the ring or was lost because there was no mbuf to replace it
    u64 rx_bad;        // descriptor with an error bit, or a frame over several descriptors
    u64 rx_missed;     // lost in the hardware because the ring had no free descriptor
    u64 tx_ring_full;  // transmit returned Again
    u64 tx_bad;        // refused: too long, too short, or link down
    u64 interrupts;
};

// The base class of drivers. It has no virtual destructor: devices are never destroyed.
class NetDevice {
  public:
    virtual MacAddr mac() const = 0;
    virtual bool link_up() const = 0;
    virtual NetDeviceCounters counters() const = 0;

    // Passes one complete Ethernet frame to the hardware and consumes it (`frame` becomes null). Again: the
    // ring is full and the caller still owns the frame; it may drop it, or call wait_for_room and retry. Any
    // other error consumes the frame and counts it. Thread context, never sleeps.
    virtual Result<> transmit(MbufPtr& frame) = 0;

    // Sleeps until the transmit ring has room. Intr: the process was killed.
    virtual Result<> wait_for_room() = 0;

    // Frees the mbufs of frames already sent. transmit also does this; call it to get exact mbuf counts.
    virtual void reclaim() = 0;

    // What transmit supports, in addition to a frame in one mbuf.
    static constexpr u32 kGather = 1;       // scattered frames (Mbuf::is_scattered)
    static constexpr u32 kTcpChecksum = 2;  // Offload::TcpChecksum, on IPv4 without options
    static constexpr u32 kTcpSegments = 4;  // Offload::TcpSegments, on IPv4 without options, up to 64 KiB
    // (The payload is never a whole number of segments: QEMU's E1000 would add an empty segment.)
    u32 features() const { return features_; }

    // The link's MTU: the maximum length of a frame without its Ethernet header. The interface sends no
    // longer frames and does not let the device make longer segments.
    usize mtu() const { return mtu_; }

    const char* name() const { return name_; }
    Interface* interface() const { return interface_; }
    void attach(Interface& i) { interface_ = &i; }  // once, before the first frame

  protected:
    constexpr explicit NetDevice(const char* name, u32 features = 0, u16 mtu = kEtherMtu)
        : name_(name), features_(features), mtu_(mtu) {}
    ~NetDevice() = default;

    // For devices that learn these only when they are found. Before attach().
    void set_name(const char* name) { name_ = name; }
    void set_features(u32 features) { features_ = features; }

  private:
    const char* name_;
    u32 features_;
    const u16 mtu_;
    Interface* interface_ = nullptr;
};

// The functions below are called by drivers. Thread context, no lock held; they never sleep. Several harts
// may call them at the same time.

// Takes one received frame and consumes it. The frame needs at least kRxHeadroom bytes of headroom: a reply
// in the same mbuf (such as an ICMP error) may have longer headers.
void net_rx(NetDevice& from, MbufPtr frame);
inline constexpr usize kRxHeadroom = 64;

// Takes several received frames, in order, and leaves the queue empty. Of a run of pure ACKs only the last is
// processed, if TCP accepts it (proto/ack_run.h).
void net_rx_all(NetDevice& from, MbufQueue& frames);

// Reports that the link went up or down. When it comes up, a gratuitous ARP is sent.
void net_link_changed(NetDevice& device, bool up);

}  // namespace net
