// The driver of Intel's 82540EM ("E1000"), which QEMU emulates.
#pragma once

#include "dev/e1000_hw.h"
#include "dev/mmio.h"
#include "dev/nic.h"
#include "dev/pci.h"

namespace dev {

class E1000 final : public Nic {
  public:
    constexpr E1000() : Nic(kGather | kTcpChecksum | kTcpSegments) {}

    // The function on the bus that is this card. Before start.
    void set_function(const PciFunction& function) { function_ = &function; }

    net::MacAddr mac() const override { return mac_; }
    Result<> transmit(net::MbufPtr& frame) override;
    u32 mbufs_held() const override;

  private:
    // NoMem: no pages or mbufs for the rings. NoDev: no registers or no interrupt.
    Result<> start() override;
    void enable_interrupts() override;
    bool receive() override;
    bool read_link() override;
    void add_counters(net::NetDeviceCounters& c) const override;
    bool reclaim_locked() override REQUIRES(tx_lock_);
    void report_sent(bool on) override REQUIRES(tx_lock_);

    Result<> set_up_rings();
    void on_interrupt();
    void return_slots();
    void ring_for_all(u32 pushed) EXCLUDES(tx_lock_);
    void write_tail(u32 pushed) {
        fence_before_doorbell();
        regs_.write(E1000Reg::Tdt, pushed % kRingSize);
    }

    const PciFunction* function_ = nullptr;
    Mmio<E1000Reg> regs_;
    net::MacAddr mac_;
    bool ringing_ GUARDED_BY(tx_lock_) = false;  // a sender writes TDT, and looks for more frames afterwards
    TxRing tx_ GUARDED_BY(tx_lock_);
    RxRing rx_;  // used only by the thread
};

// For the registry (nic.cc): the index-th 82540EM on the PCI bus, or null.
Nic* e1000_probe(unsigned index);

}  // namespace dev
