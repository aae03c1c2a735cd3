// The driver's side of a queue in the guest's memory. All fields are public, so that a test can write
// nonsense.
#pragma once

#include <optional>
#include <vector>

#include "fake/vsockd/guest_memory.h"
#include "tools/vsockd/virtqueue.h"

namespace fake {

struct Descriptor {
    static constexpr u16 kNext = 1, kWrite = 2, kIndirect = 4;
    u64 address;  // guest-physical
    u32 length;
    u16 flags, next;
};

class DriverQueue {
  public:
    struct Available {
        u16 flags, index, ring[vsockd::Virtqueue::kMaxSize + 1];  // the event index is behind the last entry
    };
    struct Used {
        u16 flags, index;
        struct {
            u32 id, length;
        } ring[vsockd::Virtqueue::kMaxSize];
    };

    // The rings take 16 KiB at this offset of the memory.
    DriverQueue(SharedMemory& memory, u64 offset, u16 queue_size)
        : size(queue_size),
          descriptors(reinterpret_cast<Descriptor*>(memory.at(offset))),
          available(reinterpret_cast<Available*>(memory.at(offset + 0x2000))),
          used(reinterpret_cast<Used*>(memory.at(offset + 0x3000))),
          place{queue_size, SharedMemory::kUser + offset, SharedMemory::kUser + offset + 0x2000,
                SharedMemory::kUser + offset + 0x3000} {}

    void clear() {
        available->flags = available->index = used->flags = used->index = seen = 0;
        free = 0;
    }

    // Makes a chain of these descriptors available (their `next` is filled in); returns its head. The
    // descriptors are taken in turn: the test does not keep more than `size` in use.
    u16 offer(std::vector<Descriptor> chain) {
        const u16 head = free % size;
        for (usize i = 0; i < chain.size(); i++) {
            Descriptor& d = descriptors[free++ % size];
            d = chain[i];
            if (i + 1 < chain.size()) d.flags |= Descriptor::kNext, d.next = free % size;
        }
        publish(head);
        return head;
    }
    void publish(u16 head) {
        available->ring[available->index % size] = head;
        __atomic_store_n(&available->index, static_cast<u16>(available->index + 1), __ATOMIC_RELEASE);
    }
    // The next used entry: the head and the number of bytes written.
    struct Done {
        u32 head, written;
    };
    std::optional<Done> take() {
        if (seen == __atomic_load_n(&used->index, __ATOMIC_ACQUIRE)) return std::nullopt;
        const auto& e = used->ring[seen++ % size];
        return Done{e.id, e.length};
    }

    u16 size;
    Descriptor* descriptors;
    Available* available;
    Used* used;
    vsockd::Virtqueue::Place place;
    u16 free = 0, seen = 0;
};

}  // namespace fake
