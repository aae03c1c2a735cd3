// The driver of Intel's 82540EM ("E1000"), which QEMU emulates.
//
//   receive    interrupt -> the NIC's thread: takes received mbufs, refills the ring, calls the network stack
//   transmit   the sender's thread: puts the mbuf into the ring, writes TDT, frees sent mbufs
//
// The interrupt handler only reads the causes and wakes the thread. Only this thread uses the receive ring,
// so the ring needs no lock, and no lock is held when a frame goes up the stack.
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

    // Sets up rings and registers; the hardware begins to receive into memory. To be called early in boot,
    // because QEMU receives nothing in the first second afterwards. NoMem: no pages or mbufs for the rings.
    // NoDev: no registers or no interrupt.
    Result<> start(const PciFunction& function);

    // Enables interrupts and starts the thread that passes frames up. Once, after attach(). NoMem: no thread.
    Result<> open();

    net::MacAddr mac() const override { return mac_; }
    bool link_up() const override { return link_up_.load(std::memory_order_relaxed); }
    net::NetDeviceCounters counters() const override;
    Result<> transmit(net::MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override;

    // For polling by an idle hart: rx_pending() tests for a received frame (one load); kick() wakes the
    // thread.
    bool rx_pending() const { return rx_.pending(); }
    void kick();

    // The number of mbufs in both rings. The receive ring always holds the same number.
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
    std::atomic<u32> senders_waiting_{0};  // written only with tx_lock_ held

    // From the interrupt handler to the thread.
    mutable IrqSpinLock event_lock_{LockRank::NetDevice, "e1000 events"};
    u32 events_ GUARDED_BY(event_lock_) = 0;  // causes not yet handled
    bool asleep_ GUARDED_BY(event_lock_) = false;
    u64 interrupts_ GUARDED_BY(event_lock_) = 0;
    WaitQueue events_waiting_{"nic"};

    RxRing rx_;  // used only by the thread
};

inline constexpr unsigned kMaxE1000s = 4;

// Starts every 82540EM on the PCI bus and returns those that work. Once; then call attach and open for each.
std::span<E1000> e1000_init_all();

// The same devices, at any later time.
std::span<E1000> e1000_devices();

// For the scheduler's idle loop: if a NIC has a received frame, wakes its thread and returns true.
bool e1000_poll();

}  // namespace dev
