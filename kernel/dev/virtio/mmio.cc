#include "dev/virtio/mmio.h"

#include "arch/plic.h"
#include "lib/log.h"
#include "mm/layout.h"

namespace dev {
namespace {

// QEMU's virt machine: addresses and interrupts of the slots.
constexpr u64 kFirstSlot = 0x1000'1000;
constexpr u64 kSlotSize = 0x1000;
constexpr unsigned kSlots = 8;
constexpr unsigned kFirstIrq = 1;

constexpr u32 kMagic = 0x74726976;  // "virt"

}  // namespace

std::optional<VirtioMmio> VirtioMmio::find(VirtioId id, unsigned index) {
    for (unsigned slot = 0; slot < kSlots; slot++) {
        const Mmio<VirtioReg> regs(mm::virt_of(kFirstSlot + slot * kSlotSize));
        if (regs.read(VirtioReg::MagicValue) != kMagic) continue;
        if (regs.read(VirtioReg::DeviceId) != static_cast<u32>(id)) continue;
        if (const u32 version = regs.read(VirtioReg::Version); version != 2) {
            log("virtio: slot %u has version %u: start QEMU with -global virtio-mmio.force-legacy=false",
                slot, version);
            continue;
        }
        if (index-- == 0) return VirtioMmio(regs, kFirstIrq + slot);
    }
    return std::nullopt;
}

Result<u64> VirtioMmio::negotiate(u64 (*choose)(u64 offered)) {
    const u64 accepted = TRY(virtio_negotiate(
        regs_, [choose](u64 offered) { return choose(offered) | (offered & kVirtioEventIndex); }));
    event_index_ = accepted & kVirtioEventIndex;
    return accepted;
}

Result<> VirtioMmio::add_queue(u32 index, VirtQueue& queue, u16 most) {
    const u16 size = TRY(virtio_select_queue(regs_, index, most));
    TRY(queue.create(size, event_index_));
    virtio_place_queue(regs_, queue);
    return {};
}

void VirtioMmio::on_interrupt(void (*handler)(void*), void* argument) const {
    arch::irq_register(irq_, handler, argument);
}

u32 VirtioMmio::take_interrupt() const {
    const u32 causes = regs_.read(VirtioReg::InterruptStatus);
    if (causes) regs_.write(VirtioReg::InterruptAck, causes);
    return causes;
}

bool VirtioMmio::stop() const {
    const bool stopped = virtio_reset(regs_);
    virtio_add_status(regs_, virtio_status::kFailed);
    return stopped;
}

}  // namespace dev
