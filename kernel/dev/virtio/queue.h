// A split virtqueue (virtio 1.2, 2.7): passes buffers to a device and back. Independent of the device type
// and of the transport.
//
//   descriptors   address and length of each buffer's segments       the driver writes    one page
//   available     first descriptors of buffers for the device        the driver writes    a second page,
//   used          the same, and how much the device has written      the device writes    with available
//   slots         tokens, lengths, and the list of free descriptors  never shared         a third page
//
// The device is not believed. If it returns a buffer that it does not own, or says that it wrote more than
// the buffer holds, the queue is broken: it accepts and returns nothing more, and fault() says why. The
// driver then stops the device, and takes back all buffers with abandon().
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <utility>

#include "dev/mmio.h"
#include "dev/rx_watch.h"
#include "lib/result.h"
#include "mm/layout.h"

namespace dev {

// A part of a buffer, in memory that the device can access (see BlockDevice).
struct VirtSegment {
    const void* data;
    u32 length;
    bool device_writes = false;
};

// Not synchronised: the driver holds a lock, or only one thread uses the queue. Any context. The exceptions:
// create and destroy allocate, in thread context; pending() may be called by anyone.
class VirtQueue {
  public:
    static constexpr u16 kMaxSize = 256;

    constexpr VirtQueue() = default;
    VirtQueue(const VirtQueue&) = delete;
    VirtQueue& operator=(const VirtQueue&) = delete;

    // Allocates `size` descriptors, a power of two up to kMaxSize. event_index: VIRTIO_F_EVENT_IDX has been
    // negotiated. Interrupts are off at first. NoMem, Inval: nothing is allocated.
    Result<> create(u16 size, bool event_index);
    // Frees the memory. The device must have been reset, and the tokens taken back.
    void destroy();

    // --- giving buffers to the device ---

    // Adds a buffer; segments that the device writes come last. take() returns `token`, which is not null.
    // False: no room, or the queue is broken. After one or more calls, ask must_notify().
    bool add(std::span<const VirtSegment> segments, void* token);
    bool add(const VirtSegment& only, void* token) {
        if (free_count_ == 0) [[unlikely]]
            return false;
        const u16 head = free_;
        Slot& slot = slots_[head];
        free_ = slot.next;
        free_count_--;
        write_descriptor(head, only, 0, 0);
        slot.token = token;
        slot.writable = only.device_writes ? only.length : 0;
        slot.count = 1;
        publish(head);
        return true;
    }

    // Whether the device wants a notification of the buffers added since the last call.
    bool must_notify() {
        fence_full();  // the index is written before this is read
        const u16 before = std::exchange(notified_, next_);
        if (!event_index_) return !(load(used_->flags) & kNoNotify);
        return passes(load(*notify_at_), before, next_);
    }

    // --- taking them back ---

    bool pending() const { return !fault_ && load(used_->index) != seen_; }

    struct Finished {
        void* token;
        u32 written;  // bytes written by the device, at most what it may write
    };
    // The next buffer that the device has used.
    std::optional<Finished> take() {
        std::optional<Finished> finished;
        take_up_to(1, [&finished](const Finished& f) { finished = f; });
        return finished;
    }
    // Calls f(Finished) for the buffers that the device has used, oldest first, at most `most`.
    template <class F>
    void take_up_to(u16 most, F f) {
        const u16 end = std::atomic_ref(used_->index).load(std::memory_order_acquire);
        if (fault_) return;
        for (u16 seen = seen_; seen != end && most > 0; most--) {
            const Used::Element& done = used_->ring[seen & (size_ - 1)];
            const u32 id = done.id, length = done.length;  // read once: the device may change them
            if (!is_plausible(end, id, length)) [[unlikely]]
                return;
            seen_ = ++seen;
            Slot& slot = slots_[id];
            void* token = std::exchange(slot.token, nullptr);
            release(static_cast<u16>(id), slot);
            f(Finished{token, length});
        }
    }

    // Why the queue is broken; null: it is not.
    const char* fault() const { return fault_; }
    // For a driver that finds such a lie in the buffers themselves.
    void distrust(const char* why);
    // The token of a buffer that the device still had; null: there are no more. Only after the device has
    // been reset; the queue then accepts nothing more.
    void* abandon();

    // --- interrupts, when the device has used a buffer ---

    // From now on the device need not interrupt. It still may.
    void disable_interrupts();
    // The next used buffer causes an interrupt; with event indices, the one after the next `ahead` does.
    // False: it is there already, without an interrupt; take it.
    bool enable_interrupts(u16 ahead = 0) {
        if (event_index_)
            store(*interrupt_at_, static_cast<u16>(seen_ + ahead));
        else
            store(available_->flags, 0);
        fence_full();  // before the used index is read again
        return fault_ || static_cast<u16>(load(used_->index) - seen_) <= (event_index_ ? ahead : 0);
    }

    u16 size() const { return size_; }
    u16 free_descriptors() const { return free_count_; }
    u16 in_flight() const { return static_cast<u16>(next_ - seen_); }  // buffers that the device has

    // For polling without a call: the word that changes when the device has used a buffer, and its value now.
    const u16& used_index() const { return used_->index; }
    u16 seen() const { return seen_; }
    // The same for a hart that polls.
    RxWatch watch() const {
        u16* interrupt = event_index_ ? interrupt_at_ : &available_->flags;
        const u16 off = event_index_ ? static_cast<u16>(seen_ - 1) : kNoInterrupt;
        return {.word = reinterpret_cast<const volatile RxWatch::Word*>(&used_->index),
                .interrupt = reinterpret_cast<volatile RxWatch::Word*>(interrupt),
                .mask = 0xffff,
                .quiet = seen_,
                .off = off,
                .on = event_index_ ? seen_ : u16{0}};
    }

    // The physical addresses of the three parts, for the transport.
    u64 descriptors_phys() const { return mm::phys_of(descriptors_); }
    u64 available_phys() const { return mm::phys_of(available_); }
    u64 used_phys() const { return mm::phys_of(used_); }

  private:
    static constexpr u16 kNext = 1;             // VIRTQ_DESC_F_NEXT
    static constexpr u16 kDeviceWrites = 2;     // VIRTQ_DESC_F_WRITE
    static constexpr u16 kNoNotify = 1;         // VIRTQ_USED_F_NO_NOTIFY
    static constexpr u16 kNoInterrupt = 1;      // VIRTQ_AVAIL_F_NO_INTERRUPT
    static constexpr usize kUsedOffset = 1024;  // in the rings' page; a multiple of 4 is required

    struct Descriptor {
        u64 address;
        u32 length;
        u16 flags;
        u16 next;
    };
    // Each ring is followed by an index for VIRTIO_F_EVENT_IDX: after its size_ elements, not after kMaxSize.
    struct Available {
        u16 flags;
        u16 index;
        u16 ring[kMaxSize + 1];
    };
    struct Used {
        u16 flags;
        u16 index;
        struct Element {
            u32 id;
            u32 length;
        } ring[kMaxSize];
        u16 notify_at;  // where it is with kMaxSize elements
    };
    // One for each descriptor. The first of a buffer has its token; `next` links the buffer's descriptors,
    // and the free ones.
    struct Slot {
        void* token;
        u32 writable;  // bytes that the device may write
        u16 next;
        u16 count;  // descriptors of the buffer
    };
    static_assert(sizeof(Descriptor) * kMaxSize == 4096 && sizeof(Slot) * kMaxSize == 4096);
    static_assert(sizeof(Available) <= kUsedOffset && kUsedOffset + sizeof(Used) <= 4096);

    static u16 load(const u16& shared) {
        return std::atomic_ref(const_cast<u16&>(shared)).load(std::memory_order_relaxed);
    }
    static void store(u16& shared, u16 value) {
        std::atomic_ref(shared).store(value, std::memory_order_relaxed);
    }
    // Has an index that moved from `before` to `now` passed `event`? (2.7.7.2)
    static bool passes(u16 event, u16 before, u16 now) {
        return static_cast<u16>(now - event - 1) < static_cast<u16>(now - before);
    }

    void write_descriptor(u16 at, const VirtSegment& s, u16 flags, u16 next) {
        descriptors_[at] = {mm::phys_of(s.data), s.length,
                            static_cast<u16>(flags | (s.device_writes ? kDeviceWrites : 0)), next};
    }
    // The device may read at any time, so the entry must be complete before the index includes it.
    void publish(u16 head) {
        available_->ring[next_ & (size_ - 1)] = head;
        next_++;
        std::atomic_ref(available_->index).store(next_, std::memory_order_release);
    }
    bool is_plausible(u16 end, u32 id, u32 length) {
        const u16 claimed = static_cast<u16>(end - seen_), given = static_cast<u16>(next_ - seen_);
        if (claimed <= given && id < size_ && slots_[id].token && length <= slots_[id].writable) [[likely]]
            return true;
        find_fault(claimed, given, id);
        return false;
    }
    void find_fault(u16 claimed, u16 given, u32 id);
    // Puts the buffer's descriptors into the free list.
    void release(u16 head, Slot& slot) {
        u16 last = head;
        for (u16 i = 1; i < slot.count; i++) last = slots_[last].next;
        slots_[last].next = free_;
        free_ = head;
        free_count_ = static_cast<u16>(free_count_ + slot.count);
    }

    Descriptor* descriptors_ = nullptr;
    Available* available_ = nullptr;
    Used* used_ = nullptr;
    Slot* slots_ = nullptr;
    u16* interrupt_at_ = nullptr;     // used_event: the driver writes it
    const u16* notify_at_ = nullptr;  // avail_event: the device writes it
    const char* fault_ = nullptr;
    u16 size_ = 0;
    u16 free_ = 0;  // the first free descriptor
    u16 free_count_ = 0;
    u16 next_ = 0;      // buffers ever added
    u16 notified_ = 0;  // next_ at the last must_notify()
    u16 seen_ = 0;      // buffers ever taken back
    bool event_index_ = false;
};

}  // namespace dev
