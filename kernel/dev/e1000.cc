// The E1000 driver: locks, sleeping and interrupts around the rings.
#include "dev/e1000.h"

#include "arch/plic.h"
#include "lib/log.h"
#include "mm/kalloc.h"
#include "mm/layout.h"
#include "proc/sched.h"

namespace dev {
namespace {

constexpr u16 kIntel = 0x8086;
constexpr u16 k82540em = 0x100e;

constexpr u32 kRxBatch = 32;      // frames taken before the first is handed up
constexpr u32 kReturnBatch = 32;  // refilled slots that one write of RDT returns

constinit E1000 nics[kMaxE1000s]{E1000("eth0"), E1000("eth1"), E1000("eth2"), E1000("eth3")};
constinit unsigned nic_count = 0;

}  // namespace

std::span<E1000> e1000_devices() { return {nics, nic_count}; }

std::span<E1000> e1000_init_all() {
    for (unsigned i = 0; nic_count < kMaxE1000s; i++) {
        const PciFunction* function = pci().find(kIntel, k82540em, i);
        if (!function) break;
        E1000& nic = nics[nic_count];
        if (auto started = nic.start(*function); started.ok()) {
            nic_count++;
        } else {
            log("%s: not started: %s", nic.name(), describe(started.error()));
        }
    }
    return e1000_devices();
}

bool e1000_poll() {
    for (E1000& nic : e1000_devices()) {
        if (!nic.rx_pending()) continue;
        nic.kick();
        return true;
    }
    return false;
}

// --- coming up ---

Result<> E1000::start(const PciFunction& function) {
    const PciBar& registers = function.bars[0];
    if (!registers.base || !function.irq) return Errno::NoDev;
    regs_ = Mmio<E1000Reg>(mm::virt_of(registers.base));
    irq_ = function.irq;
    pci().enable(function);

    e1000_reset(regs_);
    TRY(set_up_rings());
    mac_ = e1000_read_mac(regs_);
    link_up_ = (regs_.read(E1000Reg::Status) & status::kLu) != 0;
    log("%s: 82540EM %s, irq %u, link %s", name(), net::format_addr(mac_).text, irq_,
        link_up() ? "up" : "down");
    return {};
}

Result<> E1000::set_up_rings() {
    void* rx_page = mm::page_alloc_zeroed();
    void* tx_page = mm::page_alloc_zeroed();
    if (!rx_page || !tx_page || !rx_.fill(rx_page).ok()) {
        if (rx_page) mm::page_free(rx_page);
        if (tx_page) mm::page_free(tx_page);
        return Errno::NoMem;
    }
    fence_before_doorbell();
    e1000_start_receiver(regs_, mm::phys_of(rx_page), rx_.tail());

    Guard guard(tx_lock_);
    tx_.use(tx_page);
    e1000_start_transmitter(regs_, mm::phys_of(tx_page));
    return {};
}

Result<> E1000::open() {
    auto thread = [](void* self) { static_cast<E1000*>(self)->run(); };
    auto handler = [](void* self) { static_cast<E1000*>(self)->on_interrupt(); };
    if (!kthread_create(name(), thread, this)) return Errno::NoMem;
    arch::irq_register(irq_, handler, this);
    // A cause that is pending already raises an interrupt now: nothing received so far is forgotten.
    regs_.write(E1000Reg::Ims, kUsualCauses);
    return {};
}

// --- interrupts and the thread ---

void E1000::on_interrupt() {
    const u32 causes = regs_.read(E1000Reg::Icr);  // this acknowledges them all
    if (!causes) return;                           // the line is shared: another device's
    IrqGuard guard(event_lock_);
    interrupts_++;
    if (!worth_waking_for(causes)) return;
    events_ |= causes;
    events_waiting_.wake_one();
}

// QEMU spaces interrupts 128 us apart, so one often comes for frames that were fetched long ago (an idle hart
// polled, or the thread was still at it). While the thread sleeps the ring stands still, and a look at it
// saves two context switches. A thread that is awake may just have looked: it is always told.
bool E1000::worth_waking_for(u32 causes) const {
    if (!asleep_ || causes & icr::kLsc || rx_.pending()) return true;
    return causes & icr::kTxdw && senders_waiting_.load();
}

void E1000::kick() {
    IrqGuard guard(event_lock_);
    events_ |= icr::kRxt0;
    events_waiting_.wake_one();
}

void E1000::run() {
    for (;;) {
        const u32 events = wait_for_events();
        if (events & icr::kLsc) note_link();
        if (senders_waiting_.load()) wake_senders(events & icr::kLsc);
        receive();
    }
}

// What happens between receive()'s last look at the ring and the sleep is in events_ by then, or makes the
// handler wake us: both sides hold the lock.
u32 E1000::wait_for_events() {
    IrqGuard guard(event_lock_);
    asleep_ = true;
    while (!events_) events_waiting_.wait_uninterruptible(event_lock_);
    asleep_ = false;
    return std::exchange(events_, 0);
}

void E1000::receive() {
    net::MbufQueue batch;
    while (rx_.take(batch, kRxBatch)) {
        if (rx_.unreturned() >= kReturnBatch) return_slots();
        net::net_rx_all(*this, batch);
        yield_if_due();  // a flood must not keep programs from running
    }
}

// A register write costs as much as a thousand instructions here, hence one for many slots. The hardware
// still has the greater part of the ring meanwhile; were all of that full, we would be back here at once.
void E1000::return_slots() {
    const u32 tail = rx_.tail();
    fence_before_doorbell();
    regs_.write(E1000Reg::Rdt, tail);
    rx_.told(tail);
}

void E1000::note_link() {
    const bool up = regs_.read(E1000Reg::Status) & status::kLu;
    if (up == link_up()) return;
    link_up_ = up;
    log("%s: link %s", name(), up ? "up" : "down");
    net::net_link_changed(*this, up);
}

// --- sending ---

Result<> E1000::transmit(net::MbufPtr& frame) {
    if (!link_up() || !is_fit_for_wire(*frame)) [[unlikely]] {
        const Result<> fit = link_up() ? make_fit_for_wire(*frame) : Errno::NetDown;
        if (!fit.ok()) return refuse(frame, fit.error());
    }
    Guard guard(tx_lock_);
    tx_.reclaim();
    if (!tx_.push(std::move(frame))) [[unlikely]] {
        tx_ring_full_++;
        return Errno::Again;
    }
    fence_before_doorbell();
    regs_.write(E1000Reg::Tdt, tx_.tail());
    // QEMU has sent the frame by now: its mbuf goes back while it is still in the CPU's cache.
    tx_.reclaim();
    return {};
}

Errno E1000::refuse(net::MbufPtr& frame, Errno why) {
    frame.reset();
    Guard guard(tx_lock_);
    tx_bad_++;
    return why;
}

void E1000::reclaim() {
    Guard guard(tx_lock_);
    tx_.reclaim();
}

// The completion interrupt is on only while somebody waits. It comes to the thread, not to us: that one takes
// tx_lock_ before it wakes us, so it cannot come between the look at the ring and the sleep.
Result<> E1000::wait_for_room() {
    Guard guard(tx_lock_);
    if (senders_waiting_.fetch_add(1) == 0) regs_.write(E1000Reg::Ims, icr::kTxdw);
    tx_.reclaim();  // what was done before the interrupt was let through
    Result<> woken;
    while (tx_.full() && link_up() && woken.ok()) {
        woken = room_.wait(tx_lock_);
        tx_.reclaim();
    }
    if (senders_waiting_.fetch_sub(1) == 1) regs_.write(E1000Reg::Imc, icr::kTxdw);
    return woken;
}

void E1000::wake_senders(bool all) {
    Guard guard(tx_lock_);
    tx_.reclaim();
    if (all || !tx_.full()) room_.wake_all();
}

// --- what is known of it ---

net::NetDeviceCounters E1000::counters() const {
    net::NetDeviceCounters c{};
    const RxRing::Counters& rx = rx_.counters();
    c.rx_packets = rx.packets;
    c.rx_bytes = rx.bytes;
    c.rx_no_mbuf = rx.no_mbuf;
    c.rx_bad = rx.bad;
    // The manual clears the register when it is read, QEMU does not: the count of a long life is its alone.
    c.rx_missed = regs_.read(E1000Reg::Mpc);
    {
        Guard guard(tx_lock_);
        c.tx_packets = tx_.counters().packets;
        c.tx_bytes = tx_.counters().bytes;
        c.tx_ring_full = tx_ring_full_;
        c.tx_bad = tx_bad_;
    }
    IrqGuard guard(event_lock_);
    c.interrupts = interrupts_;
    return c;
}

u32 E1000::mbufs_held() const {
    Guard guard(tx_lock_);
    return rx_.mbufs_held() + tx_.mbufs_held();
}

}  // namespace dev
