// The device's side of a split virtqueue (virtio 1.2, 2.7) in memory that the guest may fill with anything.
//
// The queue hands out one buffer at a time, in the order in which the driver made them available:
//     while (Chain* c = queue.next()) { ...; queue.use(written); }
//     if (queue.flush()) interrupt the driver
// A driver that breaks the rules breaks its queue: next() yields nothing from then on, and fault() says what
// was wrong. start() repairs it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/vsockd/memory.h"

namespace vsockd {

// A buffer: what the driver lets us read, and what it lets us write.
struct Chain {
    std::vector<iovec> readable, writable;
    std::vector<iovec> body;  // for whoever fills the buffer: saves an allocation each time
};

class Virtqueue {
  public:
    // A chain of this many descriptors fits in one readv() (IOV_MAX).
    static constexpr u16 kMaxSize = 1024;

    // As QEMU tells them: the addresses are its own virtual ones.
    struct Place {
        u16 size = 0;  // a power of two, at most kMaxSize
        u64 descriptors = 0, available = 0, used = 0;
    };
    struct Features {
        bool indirect = false, event_index = false;
    };

    // Begins at this index of the available ring.
    void start(const GuestMemory& memory, const Place& place, Features features, u16 index);
    // Returns the index at which start() can continue.
    u16 stop();
    bool running() const { return memory_ != nullptr; }

    // The next buffer, or null: there is none, or the queue is broken or stopped. The same one until use().
    Chain* next();
    // Returns the buffer of the last next() to the driver, with this many bytes written.
    void use(u32 written);

    // Asks the driver for a notification of the next buffer. False if there is one already.
    bool ask_notification();
    void refuse_notification();
    // Whether the driver wants an interrupt for what was used since the last flush().
    bool flush();

    // Breaks the queue: what is in its buffers is against the device's rules.
    void condemn(std::string fault) { fault_ = std::move(fault); }
    bool broken() const { return !fault_.empty(); }
    // What was wrong, as the end of a sentence about the queue; "" if nothing was.
    const std::string& fault() const { return fault_; }

  private:
    struct Descriptor {
        u64 address;
        u32 length;
        u16 flags, next;
    };
    struct Table {
        const u8* at;
        u32 size;
    };
    bool available();
    bool walk(u16 head);
    bool add(const Descriptor& d);
    bool enter(const Descriptor& d, Table& table);
    bool breaks(std::string fault) { return condemn(std::move(fault)), false; }

    const GuestMemory* memory_ = nullptr;
    u16 size_ = 0;
    Features features_;
    u8 *descriptors_ = nullptr, *available_ = nullptr, *used_ = nullptr;
    u16 next_available_ = 0, next_used_ = 0;
    u16 flushed_ = 0;  // next_used_ at the last flush()
    bool held_ = false;
    u16 head_ = 0;
    Chain chain_;
    std::string fault_;
};

}  // namespace vsockd
