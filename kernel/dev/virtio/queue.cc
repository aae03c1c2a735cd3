#include "dev/virtio/queue.h"

#include <atomic>

#include "lib/log.h"
#include "mm/kalloc.h"
#include "mm/layout.h"

namespace dev {
namespace {

constexpr u16 kNext = 1;             // VIRTQ_DESC_F_NEXT
constexpr u16 kDeviceWrites = 2;     // VIRTQ_DESC_F_WRITE
constexpr u16 kNoNotify = 1;         // VIRTQ_USED_F_NO_NOTIFY
constexpr usize kUsedOffset = 1024;  // in the rings' page; the spec requires a multiple of 4

}  // namespace

Result<> VirtQueue::create(u16 size) {
    static_assert(sizeof(Descriptor) * kMaxSize <= 4096);
    static_assert(sizeof(Available) <= kUsedOffset && kUsedOffset + sizeof(Used) <= 4096);
    if (size == 0 || size > kMaxSize || (size & (size - 1))) return Errno::Inval;
    auto* rings = static_cast<u8*>(mm::page_alloc_zeroed());
    descriptors_ = static_cast<Descriptor*>(mm::page_alloc_zeroed());
    tokens_ = static_cast<void**>(mm::page_alloc_zeroed());
    if (!rings || !descriptors_ || !tokens_) return Errno::NoMem;  // at boot, so nothing is freed
    available_ = reinterpret_cast<Available*>(rings);
    used_ = reinterpret_cast<Used*>(rings + kUsedOffset);
    size_ = free_count_ = size;
    for (u16 i = 0; i < size; i++) descriptors_[i].next = static_cast<u16>(i + 1);
    return {};
}

bool VirtQueue::add(std::span<const VirtSegment> segments, void* token) {
    if (segments.empty() || segments.size() > free_count_) return false;
    const u16 head = free_;
    u16 at = head;
    for (usize i = 0; i < segments.size(); i++) {
        const VirtSegment& s = segments[i];
        Descriptor& d = descriptors_[at];
        d.address = mm::phys_of(s.data);
        d.length = s.length;
        d.flags =
            static_cast<u16>((s.device_writes ? kDeviceWrites : 0) | (i + 1 < segments.size() ? kNext : 0));
        at = d.next;
    }
    free_ = at;
    free_count_ = static_cast<u16>(free_count_ - segments.size());
    tokens_[head] = token;
    available_->ring[available_->index % size_] = head;
    // The device may read at any time, so the entry must be complete before the index includes it.
    std::atomic_ref(available_->index)
        .store(static_cast<u16>(available_->index + 1), std::memory_order_release);
    return true;
}

bool VirtQueue::wants_notification() const {
    std::atomic_thread_fence(std::memory_order_seq_cst);  // the index is written before the flag is read
    return !(std::atomic_ref(used_->flags).load(std::memory_order_relaxed) & kNoNotify);
}

std::optional<VirtQueue::Finished> VirtQueue::take() {
    while (seen_ != std::atomic_ref(used_->index).load(std::memory_order_acquire)) {
        const Used::Element done = used_->ring[seen_++ % size_];
        if (done.id >= size_ || !tokens_[done.id]) {
            log("virtio: the device returned buffer %u, which it does not own", done.id);
            continue;
        }
        void* token = tokens_[done.id];
        tokens_[done.id] = nullptr;
        free_chain(static_cast<u16>(done.id));
        return Finished{token, done.length};
    }
    return std::nullopt;
}

void VirtQueue::free_chain(u16 head) {
    u16 last = head;
    u16 count = 1;
    for (; descriptors_[last].flags & kNext; count++) last = descriptors_[last].next;
    descriptors_[last].next = free_;
    free_ = head;
    free_count_ = static_cast<u16>(free_count_ + count);
}

u64 VirtQueue::descriptors_phys() const { return mm::phys_of(descriptors_); }
u64 VirtQueue::available_phys() const { return mm::phys_of(available_); }
u64 VirtQueue::used_phys() const { return mm::phys_of(used_); }

}  // namespace dev
