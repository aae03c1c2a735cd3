// The driver of Intel's 82540EM ("E1000"), QEMU's usual network card.
//
//   receive    interrupt -> the NIC's own thread: takes finished mbufs, refills the ring, hands them up
//   transmit   the sender's thread: mbuf into the ring, doorbell, frees what has been sent
//
// The interrupt handler only reads why, and wakes the thread. The receive ring belongs to that thread alone,
// so it needs no lock, and none is held when a frame goes up.
#pragma once

#include "dev/e1000_hw.h"
#include "dev/mmio.h"
#include "dev/pci.h"
#include "net/core/netdev.h"
#include "sync/spinlock.h"
#include "sync/wait_queue.h"

namespace dev {

// - transmit, wait_for_room, reclaim, counters: any thread. rx_pending, kick: any context.
// - Lock order: tx_lock_ and event_lock_ are never held together.
class E1000 final : public net::NetDevice {
  public:
    constexpr explicit E1000(const char* name) : NetDevice(name, kGather | kTcpChecksum | kTcpSegments) {}
    E1000(const E1000&) = delete;
    E1000& operator=(const E1000&) = delete;

    // Rings and registers; the hardware begins to receive, into memory. NoMem: no pages or mbufs for the
    // rings; NoDev: no registers or no interrupt. Early in boot: QEMU lets nothing in during the first second
    // after this.
    Result<> start(const PciFunction& function);

    // Interrupts on, frames go up: once, after attach(). NoMem: no thread.
    Result<> open();

    net::MacAddr mac() const override { return mac_; }
    bool link_up() const override { return link_up_.load(std::memory_order_relaxed); }
    net::NetDeviceCounters counters() const override;
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override;

    // For an idle hart that polls: is a received frame waiting (one load)? Then have the thread fetch it.
    bool rx_pending() const { return rx_.pending(); }
    void kick();

    // Mbufs that are the hardware's now: the receive ring's for ever, the transmit ring's for a moment.
    u32 mbufs_held() const;

  private:
    Result<> set_up_rings();
    void run();
    u32 wait_for_events();
    void on_interrupt();
    bool worth_waking_for(u32 causes) const REQUIRES(event_lock_);
    void receive();
    void return_slots();
    void note_link();
    void wake_senders(bool all);
    Errno refuse(net::MbufPtr& frame, Errno why) EXCLUDES(tx_lock_);

    Mmio<E1000Reg> regs_;
    net::MacAddr mac_;
    unsigned irq_ = 0;
    std::atomic<u32> link_up_{0};

    mutable SpinLock tx_lock_{LockRank::NetDevice, "e1000 transmit"};
    u64 tx_ring_full_ GUARDED_BY(tx_lock_) = 0;
    u64 tx_bad_ GUARDED_BY(tx_lock_) = 0;
    TxRing tx_ GUARDED_BY(tx_lock_);
    WaitQueue room_{"nic ring"};
    std::atomic<u32> senders_waiting_{0};  // changes under tx_lock_ only

    // What the interrupt handler tells the thread.
    mutable IrqSpinLock event_lock_{LockRank::NetDevice, "e1000 events"};
    u32 events_ GUARDED_BY(event_lock_) = 0;  // causes not handled yet
    bool asleep_ GUARDED_BY(event_lock_) = false;
    u64 interrupts_ GUARDED_BY(event_lock_) = 0;
    WaitQueue events_waiting_{"nic"};

    RxRing rx_;  // the thread's own
};

inline constexpr unsigned kMaxE1000s = 4;

// Starts every 82540EM that PCI has found and returns those that came up. Once; then attach and open each.
std::span<E1000> e1000_init_all();

// The same devices again, at any later time.
std::span<E1000> e1000_devices();

// For the scheduler's idle loop: has any of them a received frame waiting? Then its thread has been told.
bool e1000_poll();

}  // namespace dev
