// A split virtqueue (virtio 1.1, 2.6): passes buffers to a device and back. Independent of the device type
// and of the transport.
#pragma once

#include <optional>

#include "lib/result.h"

namespace dev {

// A part of a buffer, in memory that the device can access (see BlockDevice).
struct VirtSegment {
    const void* data;
    u32 length;
    bool device_writes = false;
};

// Not synchronised: the driver holds a lock. Any context.
class VirtQueue {
  public:
    static constexpr u16 kMaxSize = 256;

    // Allocates `size` descriptors, a power of two up to kMaxSize. NoMem, Inval.
    Result<> create(u16 size);

    // Adds a buffer; segments that the device writes come last. take() returns `token`. False: no room.
    // After one or more calls the caller must notify the device.
    bool add(std::span<const VirtSegment> segments, void* token);

    // Whether the device requests notification of new buffers.
    bool wants_notification() const;

    struct Finished {
        void* token;
        u32 written;  // bytes written by the device
    };
    // The next buffer that the device has used.
    std::optional<Finished> take();

    u16 size() const { return size_; }
    u16 free_descriptors() const { return free_count_; }

    // The physical addresses of the three parts, for the transport.
    u64 descriptors_phys() const;
    u64 available_phys() const;
    u64 used_phys() const;

  private:
    struct Descriptor {
        u64 address;
        u32 length;
        u16 flags;
        u16 next;
    };
    struct Available {
        u16 flags;
        u16 index;
        u16 ring[kMaxSize];
    };
    struct Used {
        u16 flags;
        u16 index;
        struct Element {
            u32 id;
            u32 length;
        } ring[kMaxSize];
    };
    static_assert(sizeof(Descriptor) == 16 && sizeof(Used) == 4 + 8 * kMaxSize);

    void free_chain(u16 head);

    Descriptor* descriptors_ = nullptr;  // one page
    Available* available_ = nullptr;     // another page, shared with `used_`
    Used* used_ = nullptr;
    void** tokens_ = nullptr;  // a third page: one token per buffer, at its first descriptor
    u16 size_ = 0;
    u16 free_ = 0;  // the first free descriptor, linked by `next`
    u16 free_count_ = 0;
    u16 seen_ = 0;  // used_->index at the last take()
};

}  // namespace dev
