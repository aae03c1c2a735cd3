// A virtio device behind memory-mapped registers, version 2 (virtio 1.2, 4.2): finds it, negotiates features
// and sets up its queues. QEMU's virt machine has eight slots for such devices.
#pragma once

#include <optional>

#include "dev/virtio/mmio_hw.h"
#include "dev/virtio/queue.h"

namespace dev {

enum class VirtioId : u32 { Net = 1, Block = 2, Vsock = 19 };

class VirtioMmio {
  public:
    // The index-th device of this kind, in the order of the slots. Devices of version 1 (legacy) are logged
    // and skipped.
    static std::optional<VirtioMmio> find(VirtioId id, unsigned index = 0);

    constexpr VirtioMmio() = default;

    // The next four calls in this order, at boot. On an error: stop().

    // Resets the device and accepts choose(offered), features of those that it offers; returns them. Event
    // indices (VIRTIO_F_EVENT_IDX) are always accepted: VirtQueue handles them. Proto: the device rejects
    // this set.
    Result<u64> negotiate(u64 (*choose)(u64 offered));
    // Sets up queue `index`, with as many descriptors as the device offers, at most `most`. NoDev: the device
    // has no such queue. Proto: its size is not a power of two. NoMem.
    Result<> add_queue(u32 index, VirtQueue& queue, u16 most = VirtQueue::kMaxSize);
    // Registers the handler, which runs in interrupt context and calls take_interrupt().
    void on_interrupt(void (*handler)(void*), void* argument) const;
    // Makes the device live (DRIVER_OK).
    void start() { virtio_add_status(regs_, virtio_status::kDriverOk); }

    // Tells the device that the queue has new buffers, if it wants to know. The caller holds the queue's
    // lock.
    void notify(u32 index, VirtQueue& queue) const {
        if (queue.must_notify()) ring(index);
    }
    // The same after must_notify(), without the lock.
    void ring(u32 index) const {
        fence_before_doorbell();
        regs_.write(VirtioReg::QueueNotify, index);
    }

    // In the interrupt handler: acknowledges the interrupt and returns its causes; 0: none.
    enum Cause : u32 { kUsedBuffers = 1, kConfigChanged = 2 };
    u32 take_interrupt() const;

    // Gives the device up: resets it and sets FAILED. False: the device does not confirm the reset. It may
    // still access its buffers, so they must not be freed.
    bool stop() const;

    // Has the device set DEVICE_NEEDS_RESET, because it has met an error? (2.1.2) It says so with a change of
    // the configuration.
    bool needs_reset() const { return regs_.read(VirtioReg::Status) & virtio_status::kNeedsReset; }

    unsigned irq() const { return irq_; }

    // Read a field of the device's configuration space. Several reads for one field see the same generation.
    u64 config64(u32 offset) const { return virtio_config64(regs_, offset); }
    u32 config32(u32 offset) const { return regs_.read(virtio_config(offset)); }
    u16 config16(u32 offset) const { return regs_.read16(virtio_config(offset)); }
    template <usize kBytes>
    std::array<u8, kBytes> config_bytes(u32 offset) const {
        return virtio_config_bytes<kBytes>(regs_, offset);
    }

  private:
    VirtioMmio(Mmio<VirtioReg> regs, unsigned irq) : regs_(regs), irq_(irq) {}

    Mmio<VirtioReg> regs_;
    unsigned irq_ = 0;
    bool event_index_ = false;
};

}  // namespace dev
