// The driver of virtio-net over MMIO (virtio 1.2, 5.1). dev/nic.h says what runs where.
#pragma once

#include "dev/nic.h"
#include "dev/virtio/mmio.h"
#include "dev/virtio/net_rx.h"
#include "dev/virtio/net_tx.h"

namespace dev {

// A device that lies (see VirtQueue), or that reports an error, is stopped: its link is down for good, and
// all its mbufs are freed. The thread does this; whoever notices it first wakes the thread.
class VirtioNet final : public Nic {
  public:
    constexpr VirtioNet() = default;

    // The device that is this card. Before start.
    void set_transport(const VirtioMmio& transport) { transport_ = transport; }

    net::MacAddr mac() const override { return mac_; }
    Result<> transmit(net::MbufPtr& frame) override;
    u32 mbufs_held() const override;

  private:
    // NoMem: no pages or mbufs for the queues. NoDev, Proto: the device offers nonsense.
    Result<> start() override;
    void enable_interrupts() override;
    bool receive() override;
    bool read_link() override;
    void add_counters(net::NetDeviceCounters& c) const override;
    bool reclaim_locked() override REQUIRES(tx_lock_);

    Result<> set_up();
    template <bool kSimple>
    Result<> pass(net::MbufPtr& frame);
    void read_mac();
    void on_interrupt();
    const char* fault() const;
    void give_up(const char* why);
    void release();

    VirtioMmio transport_;
    u64 features_ = 0;
    net::MacAddr mac_;
    usize most_ranges_ = 0;  // of a frame
    std::atomic<u32> stopped_{0};
    VirtioTx tx_ GUARDED_BY(tx_lock_);
    VirtioRx rx_;  // used only by the thread
};

// For the registry (nic.cc): the virtio-net device in the index-th slot that has one, or null.
Nic* virtio_net_probe(unsigned index);

}  // namespace dev
