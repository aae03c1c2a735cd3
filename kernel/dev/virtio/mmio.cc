#include "dev/virtio/mmio.h"

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

// Status (2.1)
constexpr u32 kAcknowledge = 1, kDriver = 2, kDriverOk = 4, kFeaturesOk = 8;

constexpr u64 kVersion1 = u64{1} << 32;  // VIRTIO_F_VERSION_1: not a legacy device

}  // namespace

std::optional<VirtioMmio> VirtioMmio::find(VirtioId id, unsigned index) {
    for (unsigned slot = 0; slot < kSlots; slot++) {
        const Mmio<Reg> regs(mm::virt_of(kFirstSlot + slot * kSlotSize));
        if (regs.read(Reg::MagicValue) != kMagic || regs.read(Reg::DeviceId) != static_cast<u32>(id))
            continue;
        if (const u32 version = regs.read(Reg::Version); version != 2) {
            log("virtio: slot %u has version %u: start QEMU with -global virtio-mmio.force-legacy=false",
                slot, version);
            continue;
        }
        if (index-- == 0) return VirtioMmio(regs, kFirstIrq + slot);
    }
    return std::nullopt;
}

void VirtioMmio::add_status(u32 bits) const { regs_.write(Reg::Status, regs_.read(Reg::Status) | bits); }

Result<u64> VirtioMmio::negotiate(u64 wanted) {
    regs_.write(Reg::Status, 0);  // reset
    add_status(kAcknowledge);
    add_status(kDriver);
    u64 offered = 0;
    for (u32 half = 0; half < 2; half++) {
        regs_.write(Reg::DeviceFeaturesSel, half);
        offered |= u64{regs_.read(Reg::DeviceFeatures)} << 32 * half;
    }
    const u64 accepted = offered & (wanted | kVersion1);
    for (u32 half = 0; half < 2; half++) {
        regs_.write(Reg::DriverFeaturesSel, half);
        regs_.write(Reg::DriverFeatures, static_cast<u32>(accepted >> 32 * half));
    }
    add_status(kFeaturesOk);
    const bool agreed = regs_.read(Reg::Status) & kFeaturesOk;
    return agreed && (accepted & kVersion1) ? Result<u64>(accepted) : Result<u64>(Errno::Proto);
}

Result<> VirtioMmio::add_queue(u32 index, VirtQueue& queue, u16 size) {
    regs_.write(Reg::QueueSel, index);
    if (regs_.read(Reg::QueueReady) || regs_.read(Reg::QueueNumMax) < size) return Errno::NoDev;
    TRY(queue.create(size));
    regs_.write(Reg::QueueNum, size);
    write_address(Reg::QueueDescLow, queue.descriptors_phys());
    write_address(Reg::QueueDriverLow, queue.available_phys());
    write_address(Reg::QueueDeviceLow, queue.used_phys());
    regs_.write(Reg::QueueReady, 1);
    return {};
}

// The upper half is in the next register.
void VirtioMmio::write_address(Reg low, u64 phys) const {
    regs_.write_nth(low, 0, static_cast<u32>(phys));
    regs_.write_nth(low, 1, static_cast<u32>(phys >> 32));
}

void VirtioMmio::start() { add_status(kDriverOk); }

void VirtioMmio::notify(u32 index) const {
    fence_before_doorbell();
    regs_.write(Reg::QueueNotify, index);
}

bool VirtioMmio::take_interrupt() const {
    const u32 status = regs_.read(Reg::InterruptStatus);
    regs_.write(Reg::InterruptAck, status);
    return status & 1;  // bit 1: the configuration has changed
}

u32 VirtioMmio::config32(u32 offset) const { return regs_.read(static_cast<Reg>(0x100 + offset)); }

// Retries if the device changes the configuration between the two reads: the generation then changes (2.4.1).
u64 VirtioMmio::config64(u32 offset) const {
    for (;;) {
        const u32 before = regs_.read(Reg::ConfigGeneration);
        const u64 value = config32(offset) | u64{config32(offset + 4)} << 32;
        if (regs_.read(Reg::ConfigGeneration) == before) return value;
    }
}

}  // namespace dev
