// The device's side of virtio for host tests: of a split virtqueue, whose three parts it accesses in memory
// (virtio 1.2, 2.7), and of the registers (4.2.2).
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "dev/virtio/mmio_hw.h"
#include "dev/virtio/queue.h"

namespace fake {

struct VirtioDescriptor {
    static constexpr u16 kNext = 1, kDeviceWrites = 2;
    u64 address;
    u32 length;
    u16 flags, next;

    u8* data() const { return static_cast<u8*>(mm::virt_of(address)); }
    bool writable() const { return flags & kDeviceWrites; }
};

class VirtioQueueDevice {
  public:
    // The driver has created the queue.
    explicit VirtioQueueDevice(const dev::VirtQueue& queue, bool event_index = false)
        : size_(queue.size()),
          event_index_(event_index),
          descriptors_(static_cast<VirtioDescriptor*>(mm::virt_of(queue.descriptors_phys()))),
          available_(static_cast<u16*>(mm::virt_of(queue.available_phys()))),
          used_(static_cast<u16*>(mm::virt_of(queue.used_phys()))) {}

    // The next buffer's first descriptor, or -1.
    int next_head() { return seen_ == available_[1] ? -1 : available_[2 + seen_++ % size_]; }
    usize waiting() const { return static_cast<u16>(available_[1] - seen_); }

    std::vector<VirtioDescriptor> chain(int head) const {
        std::vector<VirtioDescriptor> found{descriptors_[head]};
        while (found.back().flags & VirtioDescriptor::kNext) found.push_back(descriptors_[found.back().next]);
        return found;
    }
    // What the driver gave in the buffer.
    std::vector<u8> bytes(int head) const {
        std::vector<u8> all;
        for (const VirtioDescriptor& d : chain(head)) {
            if (!d.writable()) all.insert(all.end(), d.data(), d.data() + d.length);
        }
        return all;
    }
    void finish(u32 head, u32 written) {
        auto* element = reinterpret_cast<u32*>(used_ + 2) + 2 * (used_[1] % size_);
        element[0] = head, element[1] = written;
        used_[1]++;
    }
    // Writes into the next buffer, as far as it reaches; returns how much. Nothing: there is no buffer.
    std::optional<usize> fill(Bytes data) {
        const int head = next_head();
        if (head < 0) return std::nullopt;
        usize written = 0;
        for (const VirtioDescriptor& d : chain(head)) {
            const usize n = std::min<usize>(d.length, data.size() - written);
            if (d.writable()) std::memcpy(d.data(), data.data() + written, n), written += n;
        }
        finish(static_cast<u32>(head), static_cast<u32>(written));
        return written;
    }

    // Without event indices: flags.
    void want_notifications(bool yes) { used_[0] = yes ? 0 : 1; }
    bool driver_wants_interrupts() const { return !(available_[0] & 1); }
    // With them: notify when the available index passes this.
    void notify_after(u16 index) { used_[2 + 4 * size_] = index; }
    u16 interrupt_after() const { return available_[2 + size_]; }

    // Would the device interrupt for the buffers finished since the last call?
    bool interrupts() {
        const u16 before = std::exchange(interrupted_, used_[1]);
        if (!event_index_) return before != used_[1] && driver_wants_interrupts();
        return static_cast<u16>(used_[1] - interrupt_after() - 1) < static_cast<u16>(used_[1] - before);
    }

    u16& used_index() { return used_[1]; }
    u16 available_index() const { return available_[1]; }

  private:
    const u16 size_;
    const bool event_index_;
    VirtioDescriptor* descriptors_;
    u16 *available_, *used_;
    u16 seen_ = 0, interrupted_ = 0;
};

// The registers, before any queue is live. on_read may change them before a value is returned.
class VirtioRegisters {
  public:
    using Reg = dev::VirtioReg;

    // --- for the driver ---
    u32 read(Reg r) {
        if (on_read) on_read(r);
        if (r == Reg::DeviceFeatures) return static_cast<u32>(offered >> 32 * at(Reg::DeviceFeaturesSel));
        return at(r);
    }
    u8 read8(Reg r) {
        const u32 offset = static_cast<u32>(r) - static_cast<u32>(Reg::Config);
        if (on_read) on_read(r);
        return config.at(offset);
    }
    void write(Reg r, u32 v) {
        writes.push_back({r, v});
        if (r == Reg::DriverFeatures) {
            const u32 half = at(Reg::DriverFeaturesSel);
            accepted = (accepted & ~(u64{0xffff'ffff} << 32 * half)) | u64{v} << 32 * half;
        }
        if (r == Reg::Status && v == 0 && ignores_reset) return;
        if (r == Reg::Status && rejects_features) v &= ~dev::virtio_status::kFeaturesOk;
        at(r) = v;
    }
    void write_nth(Reg first, u32 n, u32 v) { write(static_cast<Reg>(static_cast<u32>(first) + 4 * n), v); }

    // --- for the test ---
    u32& at(Reg r) { return registers_[r]; }

    struct Write {
        Reg reg;
        u32 value;
    };
    u64 offered = dev::kVirtioVersion1;
    u64 accepted = 0;
    bool ignores_reset = false, rejects_features = false;
    std::vector<u8> config = std::vector<u8>(16);
    std::vector<Write> writes;
    std::function<void(Reg)> on_read;

  private:
    std::map<Reg, u32> registers_;
};

}  // namespace fake
