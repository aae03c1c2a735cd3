// virtio over memory-mapped registers, version 2 (virtio 1.1, 4.2): finds a device, negotiates features and
// sets up its queues. QEMU's virt machine has eight slots for such devices.
#pragma once

#include <optional>

#include "dev/mmio.h"
#include "dev/virtio/queue.h"

namespace dev {

enum class VirtioId : u32 { Net = 1, Block = 2, Vsock = 19 };

class VirtioMmio {
  public:
    // The index-th device of this kind. Devices of version 1 (legacy) are logged and skipped.
    static std::optional<VirtioMmio> find(VirtioId id, unsigned index = 0);

    constexpr VirtioMmio() = default;

    // The next three calls in this order, at boot.
    // Resets the device and accepts the offered features that are in `wanted`; returns them. Proto: the
    // device rejects this set.
    Result<u64> negotiate(u64 wanted);
    // Sets up queue `index` with `size` descriptors. NoDev: the device has no queue of this size. NoMem.
    Result<> add_queue(u32 index, VirtQueue& queue, u16 size);
    // Makes the device live (DRIVER_OK).
    void start();

    // Tells the device that the queue has new buffers. Any context, like the calls below.
    void notify(u32 index) const;

    // In the interrupt handler: acknowledges the interrupt. True: a queue has used buffers.
    bool take_interrupt() const;

    unsigned irq() const { return irq_; }

    // Read a field of the device's configuration space, of 8 or 4 bytes.
    u64 config64(u32 offset) const;
    u32 config32(u32 offset) const;

  private:
    enum class Reg : u32 {
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

    VirtioMmio(Mmio<Reg> regs, unsigned irq) : regs_(regs), irq_(irq) {}
    void add_status(u32 bits) const;
    void write_address(Reg low, u64 phys) const;

    Mmio<Reg> regs_;
    unsigned irq_ = 0;
};

}  // namespace dev
