#include "dev/virtio/queue.h"

#include "mm/kalloc.h"

namespace dev {

Result<> VirtQueue::create(u16 size, bool event_index) {
    if (size == 0 || size > kMaxSize || (size & (size - 1))) return Errno::Inval;
    auto* rings = static_cast<u8*>(mm::page_alloc_zeroed());
    descriptors_ = static_cast<Descriptor*>(mm::page_alloc_zeroed());
    slots_ = static_cast<Slot*>(mm::page_alloc_zeroed());
    available_ = reinterpret_cast<Available*>(rings);
    if (!rings || !descriptors_ || !slots_) {
        destroy();
        return Errno::NoMem;
    }
    used_ = reinterpret_cast<Used*>(rings + kUsedOffset);
    interrupt_at_ = &available_->ring[size];
    notify_at_ = reinterpret_cast<const u16*>(used_->ring + size);
    event_index_ = event_index;
    fault_ = nullptr;
    size_ = free_count_ = size;
    free_ = next_ = notified_ = seen_ = 0;
    for (u16 i = 0; i < size; i++) slots_[i].next = static_cast<u16>(i + 1);
    disable_interrupts();
    return {};
}

void VirtQueue::destroy() {
    for (void* page :
         {static_cast<void*>(descriptors_), static_cast<void*>(available_), static_cast<void*>(slots_)}) {
        if (page) mm::page_free(page);
    }
    descriptors_ = nullptr;
    available_ = nullptr;
    used_ = nullptr;
    slots_ = nullptr;
    size_ = free_count_ = 0;
}

bool VirtQueue::add(std::span<const VirtSegment> segments, void* token) {
    if (segments.empty() || segments.size() > free_count_) return false;
    const u16 head = free_;
    u32 writable = 0;
    for (usize i = 0; i < segments.size(); i++) {
        const VirtSegment& s = segments[i];
        write_descriptor(free_, s, i + 1 < segments.size() ? kNext : u16{0}, slots_[free_].next);
        if (s.device_writes) writable += s.length;
        free_ = slots_[free_].next;
    }
    const auto count = static_cast<u16>(segments.size());
    free_count_ = static_cast<u16>(free_count_ - count);
    slots_[head].token = token;
    slots_[head].writable = writable;
    slots_[head].count = count;
    publish(head);
    return true;
}

// With an event index, the index stays behind: the device interrupts once more after 65,536 buffers.
void VirtQueue::disable_interrupts() {
    if (event_index_)
        store(*interrupt_at_, static_cast<u16>(seen_ - 1));
    else
        store(available_->flags, kNoInterrupt);
}

void VirtQueue::find_fault(u16 claimed, u16 given, u32 id) {
    if (claimed > given)
        distrust("the device claims to have used more buffers than it has");
    else if (id >= size_ || !slots_[id].token)
        distrust("the device returned a buffer that it does not have");
    else
        distrust("the device claims to have written more than the buffer holds");
}

// Without free descriptors, add() refuses everything.
void VirtQueue::distrust(const char* why) {
    free_count_ = 0;
    if (!fault_) fault_ = why;
}

void* VirtQueue::abandon() {
    distrust("the device was stopped");
    for (u16 i = 0; i < size_; i++) {
        if (void* token = std::exchange(slots_[i].token, nullptr)) return token;
    }
    return nullptr;
}

}  // namespace dev
