// A network device as the stack sees it: two calls down and one up.
#pragma once

#include "lib/result.h"
#include "net/core/mbuf.h"
#include "net/wire/ether.h"

namespace net {

class Interface;  // proto/interface.h: what the stack hangs on a device

// What a driver counts by itself; all since boot.
struct NetDeviceCounters {
    u64 rx_packets, rx_bytes, tx_packets, tx_bytes;
    u64 rx_no_mbuf;    // a frame stayed in the ring or was lost because no mbuf could replace it
    u64 rx_bad;        // descriptor with an error bit, or a frame over several descriptors
    u64 rx_missed;     // lost in the hardware, the ring being empty
    u64 tx_ring_full;  // transmit answered Again
    u64 tx_bad;        // refused: too long, too short, or link down
    u64 interrupts;
};

// A driver derives from this. No virtual destructor: devices live for ever.
class NetDevice {
  public:
    virtual MacAddr mac() const = 0;
    virtual bool link_up() const = 0;
    virtual NetDeviceCounters counters() const = 0;

    // Hands one complete Ethernet frame to the hardware. On success the frame is consumed (`frame` is null
    // afterwards). Again: the ring is full and the frame is still the caller's, who may drop it, or wait
    // with wait_for_room and try again. Any other error consumes it, counted. Thread context, never sleeps.
    virtual Result<> transmit(MbufPtr& frame) = 0;

    // Sleeps until transmit is worth another try. Intr: the process was killed.
    virtual Result<> wait_for_room() = 0;

    // Takes back mbufs whose transmission has ended; transmit does it too, this is for those who count.
    virtual void reclaim() = 0;

    // What transmit takes beyond plain frames in one mbuf.
    static constexpr u32 kGather = 1;       // scattered ones (Mbuf::is_scattered)
    static constexpr u32 kTcpChecksum = 2;  // Offload::TcpChecksum, on IPv4 without options
    static constexpr u32 kTcpSegments = 4;  // Offload::TcpSegments, likewise, up to 64 KiB
    // (Never a whole number of segments: behind them QEMU's E1000 sends one without data.)
    u32 features() const { return features_; }

    // The link's MTU: most bytes of a frame behind its Ethernet header. The interface above sends no longer
    // ones, and makes the device cut none.
    usize mtu() const { return mtu_; }

    const char* name() const { return name_; }
    Interface* interface() const { return interface_; }
    void attach(Interface& i) { interface_ = &i; }  // once, before the first frame

  protected:
    constexpr explicit NetDevice(const char* name, u32 features = 0, u16 mtu = kEtherMtu)
        : name_(name), features_(features), mtu_(mtu) {}
    ~NetDevice() = default;

  private:
    const char* name_;
    const u32 features_;
    const u16 mtu_;
    Interface* interface_ = nullptr;
};

// The calls up. Thread context, no lock held; they never sleep. Several harts may be in them at once.

// For every received frame; consumes it. The frame needs at least kRxHeadroom in front, in which answers
// (an ICMP error, say) find room for headers longer than those they replace.
void net_rx(NetDevice& from, MbufPtr frame);
inline constexpr usize kRxHeadroom = 64;

// The same for several that came at once, in order; leaves the queue empty. Of a run of pure ACKs only the
// last goes up, if TCP takes it (proto/ack_run.h).
void net_rx_all(NetDevice& from, MbufQueue& frames);

// When the link went down or came back: then the neighbours are told where we are (a gratuitous ARP).
void net_link_changed(NetDevice& device, bool up);

}  // namespace net
