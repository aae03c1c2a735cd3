// A split virtqueue (virtio 1.1, 2.6): how buffers go to a device and come back. Knows nothing of the device
// behind it, nor of the transport that tells it of new buffers.
#pragma once

#include <optional>

#include "lib/result.h"

namespace dev {

// A piece of a buffer. It must lie in memory the device can reach (see BlockDevice).
struct VirtSegment {
    const void* data;
    u32 length;
    bool device_writes = false;
};

// Not synchronised: its driver has a lock. Any context.
class VirtQueue {
  public:
    static constexpr u16 kMaxSize = 256;

    // `size` descriptors, a power of two up to kMaxSize. NoMem, Inval.
    Result<> create(u16 size);

    // Offers a buffer; segments that the device writes come last. `token` comes back with it. False: no room.
    // Every few calls, and at the end, the device must be notified.
    bool add(std::span<const VirtSegment> segments, void* token);

    // Whether the device wants to hear of new buffers.
    bool wants_notification() const;

    struct Finished {
        void* token;
        u32 written;  // bytes the device wrote
    };
    // A buffer the device is done with.
    std::optional<Finished> take();

    u16 size() const { return size_; }
    u16 free_descriptors() const { return free_count_; }

    // What the transport tells the device: physical addresses of the three parts.
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

    Descriptor* descriptors_ = nullptr;  // a page
    Available* available_ = nullptr;     // another page, shared with:
    Used* used_ = nullptr;
    void** tokens_ = nullptr;  // a third: for each descriptor that begins a buffer in the device's hands
    u16 size_ = 0;
    u16 free_ = 0;  // the first free descriptor; `next` links them
    u16 free_count_ = 0;
    u16 seen_ = 0;  // used_->index when we last looked
};

}  // namespace dev
