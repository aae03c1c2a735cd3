// The E1000 driver: registers and interrupts. dev/e1000_ring.h has the rings, dev/nic.h the thread.
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
constexpr u32 kMostRings = 16;    // writes of TDT by one sender, for the frames of others

constinit E1000 e1000s[kMaxNics]{};

}  // namespace

Nic* e1000_probe(unsigned index) {
    const PciFunction* function = pci().find(kIntel, k82540em, index);
    if (!function || index >= kMaxNics) return nullptr;
    e1000s[index].set_function(*function);
    return &e1000s[index];
}

// --- initialisation ---

Result<> E1000::start() {
    const PciBar& registers = function_->bars[0];
    if (!registers.base || !function_->irq) return Errno::NoDev;
    regs_ = Mmio<E1000Reg>(mm::virt_of(registers.base));
    pci().enable(*function_);

    e1000_reset(regs_);
    TRY(set_up_rings());
    mac_ = e1000_read_mac(regs_);
    set_link(read_link());
    log("%s: 82540EM %s, irq %u, link %s", name(), net::format_addr(mac_).text, function_->irq,
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
    watch(rx_.watch());
    fence_before_doorbell();
    e1000_start_receiver(regs_, mm::phys_of(rx_page), rx_.tail());

    Guard guard(tx_lock_);
    tx_.use(tx_page);
    e1000_start_transmitter(regs_, mm::phys_of(tx_page));
    return {};
}

// A cause that is already pending raises an interrupt now, so frames received earlier are not forgotten.
void E1000::enable_interrupts() {
    auto handler = [](void* self) { static_cast<E1000*>(self)->on_interrupt(); };
    arch::irq_register(function_->irq, handler, this);
    regs_.write(E1000Reg::Ims, kUsualCauses);
}

// --- interrupts and receiving ---

void E1000::on_interrupt() {
    const u32 causes = regs_.read(E1000Reg::Icr);  // reading acknowledges all causes
    if (!causes) return;                           // shared line: from another device
    u32 events = 0;
    if (causes & kRxCauses) events |= kReceived;
    if (causes & icr::kTxdw) events |= kSent;
    if (causes & icr::kLsc) events |= kChanged;
    note(events);
}

bool E1000::receive() {
    net::MbufQueue batch;
    rx_.take(batch, kRxBatch);
    if (rx_.unreturned() >= kReturnBatch) return_slots();
    net::net_rx_all(*this, batch);
    watch(rx_.watch());
    return rx_.pending();
}

// Under QEMU a register write costs as much as a thousand instructions, so one write returns many slots.
// Until then the hardware still owns most of the ring.
void E1000::return_slots() {
    const u32 tail = rx_.tail();
    fence_before_doorbell();
    regs_.write(E1000Reg::Rdt, tail);
    rx_.told(tail);
}

bool E1000::read_link() { return regs_.read(E1000Reg::Status) & status::kLu; }

// --- sending ---

Result<> E1000::transmit(net::MbufPtr& frame) {
    if (!link_up() || !fits_wire(*frame)) [[unlikely]] {
        const Result<> fit = link_up() ? make_fit_for_wire(*frame) : Errno::NetDown;
        if (!fit.ok()) return refuse(frame, fit.error());
    }
    u32 pushed = 0;
    {
        Guard guard(tx_lock_);
        const auto push = [&]() REQUIRES(tx_lock_) { return tx_.push(std::move(frame)); };
        if (!push()) [[unlikely]] {
            tx_.reclaim();
            if (!push()) return no_room_locked();
        }
        pushed = tx_.pushed();
        if (arch::hart_count == 1) {  // nobody waits for the lock
            write_tail(pushed);
            tx_.reclaim();
            return {};
        }
        if (ringing_) return {};
        ringing_ = true;
    }
    ring_for_all(pushed);
    return {};
}

// The doorbell is rung without the lock, because QEMU sends during the register write: meanwhile other harts
// push their frames, and leave at once. Why no frame is forgotten, and TDT never goes back:
// - Only the sender that has set ringing_ writes TDT, and each time what pushed() was later.
// - It clears ringing_ with the lock held, and only if nothing was pushed since it read what it wrote last.
//   A sender that pushes after that finds ringing_ false and rings.
// - Others can keep it here for at most kMostRings writes: it holds the lock during the last one, so nobody
//   can push meanwhile.
//
// QEMU has then sent the frames, so their mbufs can be freed while they are in the CPU's cache.
void E1000::ring_for_all(u32 pushed) {
    for (u32 rings = 1;; rings++) {
        if (rings < kMostRings) write_tail(pushed);
        Guard guard(tx_lock_);
        if (rings == kMostRings) write_tail(pushed = tx_.pushed());
        tx_.reclaim();
        if (tx_.pushed() == pushed) {
            ringing_ = false;
            return;
        }
        pushed = tx_.pushed();
    }
}

bool E1000::reclaim_locked() {
    tx_.reclaim();
    return !tx_.full();
}

// The completion interrupt is enabled only while a sender waits.
void E1000::report_sent(bool on) { regs_.write(on ? E1000Reg::Ims : E1000Reg::Imc, icr::kTxdw); }

// --- statistics ---

void E1000::add_counters(net::NetDeviceCounters& c) const {
    const RxRing::Counters& rx = rx_.counters();
    c.rx_packets = rx.packets;
    c.rx_bytes = rx.bytes;
    c.rx_no_mbuf = rx.no_mbuf;
    c.rx_bad = rx.bad;
    // QEMU does not clear this register at a read, contrary to the manual: it counts since the reset.
    c.rx_missed = regs_.read(E1000Reg::Mpc);
    Guard guard(tx_lock_);
    c.tx_packets = tx_.counters().packets;
    c.tx_bytes = tx_.counters().bytes;
}

u32 E1000::mbufs_held() const {
    Guard guard(tx_lock_);
    return rx_.mbufs_held() + tx_.mbufs_held();
}

}  // namespace dev
