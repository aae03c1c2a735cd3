// The E1000 driver: locks, sleeping and interrupts. dev/e1000_ring.h has the rings.
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

constexpr u32 kRxBatch = 32;      // maximum frames per call of the network stack
constexpr u32 kReturnBatch = 32;  // minimum of refilled slots per write of RDT

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
            log("%s: cannot start: %s", nic.name(), describe(started.error()));
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

// --- initialisation ---

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
    // A cause that is already pending raises an interrupt now, so frames received earlier are not forgotten.
    regs_.write(E1000Reg::Ims, kUsualCauses);
    return {};
}

// --- interrupts and the thread ---

void E1000::on_interrupt() {
    const u32 causes = regs_.read(E1000Reg::Icr);  // reading acknowledges all causes
    if (!causes) return;                           // shared line: from another device
    IrqGuard guard(event_lock_);
    interrupts_++;
    if (!worth_waking_for(causes)) return;
    events_ |= causes;
    events_waiting_.wake_one();
}

// QEMU delays interrupts to a spacing of 128 us, so one often arrives after its frames have been fetched by
// polling. While the thread sleeps, the ring does not change, and one load saves two context switches. A
// thread that is awake may have passed its last check of the ring, so it is always notified.
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

// No event between receive()'s last check of the ring and the sleep is lost: the handler sets events_ with
// the same lock held.
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
        yield_if_due();  // a flood of packets must not starve programs
    }
}

// Under QEMU a register write costs as much as a thousand instructions, so one write returns many slots.
// Until then the hardware still owns most of the ring.
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
    // QEMU sends the frame during the register write, so its mbuf can be freed while it is in the CPU's
    // cache.
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

// The completion interrupt is enabled only while a sender waits. The driver's thread handles it and takes
// tx_lock_ to wake senders, so no wakeup is lost between the check of the ring and the sleep.
Result<> E1000::wait_for_room() {
    Guard guard(tx_lock_);
    if (senders_waiting_.fetch_add(1) == 0) regs_.write(E1000Reg::Ims, icr::kTxdw);
    tx_.reclaim();  // frames sent before the interrupt was enabled
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

// --- statistics ---

net::NetDeviceCounters E1000::counters() const {
    net::NetDeviceCounters c{};
    const RxRing::Counters& rx = rx_.counters();
    c.rx_packets = rx.packets;
    c.rx_bytes = rx.bytes;
    c.rx_no_mbuf = rx.no_mbuf;
    c.rx_bad = rx.bad;
    // QEMU does not clear this register at a read, contrary to the manual: it counts since the reset.
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
