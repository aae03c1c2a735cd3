// The registers of virtio over MMIO, version 2 (virtio 1.2, 4.2.2), and the sequences that use them (3.1).
// They are templates over the register accessor, so that a host test can use a fake device.
#pragma once

#include <array>

#include "dev/mmio.h"
#include "lib/result.h"

namespace dev {

enum class VirtioReg : u32 {
    MagicValue = 0x000,
    Version = 0x004,
    DeviceId = 0x008,
    DeviceFeatures = 0x010,
    DeviceFeaturesSel = 0x014,
    DriverFeatures = 0x020,
    DriverFeaturesSel = 0x024,
    QueueSel = 0x030,
    QueueNumMax = 0x034,
    QueueNum = 0x038,
    QueueReady = 0x044,
    QueueNotify = 0x050,
    InterruptStatus = 0x060,
    InterruptAck = 0x064,
    Status = 0x070,
    QueueDescLow = 0x080,
    QueueDriverLow = 0x090,  // the available ring
    QueueDeviceLow = 0x0a0,  // the used ring
    ConfigGeneration = 0x0fc,
    Config = 0x100,
};

namespace virtio_status {  // 2.1
inline constexpr u32 kAcknowledge = 1, kDriver = 2, kDriverOk = 4, kFeaturesOk = 8;
inline constexpr u32 kNeedsReset = 64, kFailed = 128;
}
inline constexpr u64 kVirtioEventIndex = u64{1} << 29;  // VIRTIO_F_EVENT_IDX
inline constexpr u64 kVirtioVersion1 = u64{1} << 32;    // VIRTIO_F_VERSION_1: not a legacy device

// How often a register is read again before the device counts as dead.
inline constexpr int kVirtioPatience = 1000;

template <class Registers>
void virtio_add_status(Registers& regs, u32 bits) {
    regs.write(VirtioReg::Status, regs.read(VirtioReg::Status) | bits);
}

// False: the device does not confirm the reset, and may still access its buffers.
template <class Registers>
bool virtio_reset(Registers& regs) {
    regs.write(VirtioReg::Status, 0);
    for (int tries = 0; tries < kVirtioPatience; tries++) {
        if (regs.read(VirtioReg::Status) == 0) return true;
    }
    return false;
}

// Resets the device and accepts choose(offered), features of those that it offers; returns them. Proto: the
// device cannot be reset, is a legacy device, or rejects this set.
template <class Registers, class Choose>
Result<u64> virtio_negotiate(Registers& regs, Choose choose) {
    if (!virtio_reset(regs)) return Errno::Proto;
    virtio_add_status(regs, virtio_status::kAcknowledge);
    virtio_add_status(regs, virtio_status::kDriver);
    u64 offered = 0;
    for (u32 half = 0; half < 2; half++) {
        regs.write(VirtioReg::DeviceFeaturesSel, half);
        offered |= u64{regs.read(VirtioReg::DeviceFeatures)} << 32 * half;
    }
    const u64 accepted = choose(offered) | (offered & kVirtioVersion1);
    if (!(accepted & kVirtioVersion1)) return Errno::Proto;
    for (u32 half = 0; half < 2; half++) {
        regs.write(VirtioReg::DriverFeaturesSel, half);
        regs.write(VirtioReg::DriverFeatures, static_cast<u32>(accepted >> 32 * half));
    }
    virtio_add_status(regs, virtio_status::kFeaturesOk);
    if (!(regs.read(VirtioReg::Status) & virtio_status::kFeaturesOk)) return Errno::Proto;
    return accepted;
}

// Selects queue `index`. Returns the size to use: what the device offers, at most `most`. NoDev: the device
// has no such queue, or it is in use. Proto: the device offers a size that is not a power of two.
template <class Registers>
Result<u16> virtio_select_queue(Registers& regs, u32 index, u16 most) {
    regs.write(VirtioReg::QueueSel, index);
    const u32 offered = regs.read(VirtioReg::QueueNumMax);
    if (offered == 0 || regs.read(VirtioReg::QueueReady)) return Errno::NoDev;
    if (offered & (offered - 1)) return Errno::Proto;
    return offered < most ? static_cast<u16>(offered) : most;
}

// Tells the device where the selected queue is. Queue has size() and the addresses of its parts.
template <class Registers, class Queue>
void virtio_place_queue(Registers& regs, const Queue& queue) {
    auto write_address = [&regs](VirtioReg low, u64 phys) {
        regs.write_nth(low, 0, static_cast<u32>(phys));
        regs.write_nth(low, 1, static_cast<u32>(phys >> 32));  // the upper half is in the next register
    };
    regs.write(VirtioReg::QueueNum, queue.size());
    write_address(VirtioReg::QueueDescLow, queue.descriptors_phys());
    write_address(VirtioReg::QueueDriverLow, queue.available_phys());
    write_address(VirtioReg::QueueDeviceLow, queue.used_phys());
    fence_before_doorbell();
    regs.write(VirtioReg::QueueReady, 1);
}

// Calls read(), which reads several registers of the configuration, again if the device changed it meanwhile:
// its generation then differs (2.5.1). The last attempt counts.
template <class Registers, class Read>
auto virtio_read_config(Registers& regs, Read read) {
    for (int tries = 1;; tries++) {
        const u32 before = regs.read(VirtioReg::ConfigGeneration);
        const auto value = read();
        if (regs.read(VirtioReg::ConfigGeneration) == before || tries == kVirtioPatience) return value;
    }
}

constexpr VirtioReg virtio_config(u32 offset) {
    return static_cast<VirtioReg>(static_cast<u32>(VirtioReg::Config) + offset);
}

template <class Registers>
u64 virtio_config64(Registers& regs, u32 offset) {
    return virtio_read_config(regs, [&] {
        return regs.read(virtio_config(offset)) | u64{regs.read(virtio_config(offset + 4))} << 32;
    });
}

// A field of several bytes, such as a MAC address.
template <usize kBytes, class Registers>
std::array<u8, kBytes> virtio_config_bytes(Registers& regs, u32 offset) {
    return virtio_read_config(regs, [&] {
        std::array<u8, kBytes> bytes;
        for (u32 i = 0; i < kBytes; i++) bytes[i] = regs.read8(virtio_config(offset + i));
        return bytes;
    });
}

}  // namespace dev
