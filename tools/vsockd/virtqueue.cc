#include "tools/vsockd/virtqueue.h"

#include <atomic>
#include <cstring>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

// Descriptor flags
constexpr u16 kNext = 1, kWrite = 2, kIndirect = 4;
// Flags of the two rings
constexpr u16 kNoInterrupt = 1, kNoNotify = 1;
// The rings: flags, index, then the entries, then the event index of the other side.
constexpr usize kIndexAt = 2, kRingAt = 4, kUsedEntry = 8;
constexpr usize kDescriptor = 16;

void store16(u8* at, u16 value) { __atomic_store_n(reinterpret_cast<u16*>(at), value, __ATOMIC_RELEASE); }
void store32(u8* at, u32 value) { __atomic_store_n(reinterpret_cast<u32*>(at), value, __ATOMIC_RELAXED); }

// Later reads do not pass earlier writes: what the two sides need before each looks whether the other sleeps.
void full_barrier() { std::atomic_thread_fence(std::memory_order_seq_cst); }

}  // namespace

void Virtqueue::start(const GuestMemory& memory, const Place& place, Features features, u16 index) {
    stop();
    memory_ = &memory;
    size_ = place.size;
    features_ = features;
    next_available_ = index;
    next_used_ = flushed_ = 0;
    const u64 event = features.event_index ? 2 : 0;
    descriptors_ = memory.at_user(place.descriptors, place.size * kDescriptor, 16);
    available_ = memory.at_user(place.available, kRingAt + place.size * 2ull + event, 2);
    used_ = memory.at_user(place.used, kRingAt + place.size * kUsedEntry + event, 4);
    if (!descriptors_ || !available_ || !used_)
        condemn("is not in the guest's memory");
    else
        next_used_ = flushed_ = load<u16>(used_ + kIndexAt);  // nonzero if this driver had the queue before
}

u16 Virtqueue::stop() {
    memory_ = nullptr;
    held_ = false;
    fault_.clear();
    return next_available_;
}

bool Virtqueue::available() {
    if (!running() || broken()) return false;
    const u16 index = load<u16>(available_ + kIndexAt);
    if (index == next_available_) return false;
    const u16 count = static_cast<u16>(index - next_available_);
    if (count > size_) return breaks(text("offers %u buffers, but has room for %u", count, size_));
    return true;
}

Chain* Virtqueue::next() {
    if (held_) return broken() ? nullptr : &chain_;
    if (!available()) return nullptr;
    std::atomic_thread_fence(std::memory_order_acquire);  // the entry was written before the index
    if (!walk(load<u16>(available_ + kRingAt + 2 * (next_available_ % size_)))) return nullptr;
    held_ = true;
    return &chain_;
}

// Follows the chain to its end. Each descriptor is copied before it is looked at.
bool Virtqueue::walk(u16 head) {
    chain_.readable.clear();
    chain_.writable.clear();
    head_ = head;
    Table table{descriptors_, size_};
    u32 index = head;
    // One more than the queue has: a descriptor that names an indirect table is no part of the buffer.
    for (u32 count = 0; count <= size_; count++) {
        if (index >= table.size) return breaks(text("names descriptor %u of %u", index, table.size));
        Descriptor d;
        std::memcpy(&d, table.at + index * kDescriptor, sizeof d);
        asm volatile("" ::: "memory");  // from here on, `d` is a copy: the compiler may not read again
        if (d.flags & kIndirect) {
            if (!enter(d, table)) return false;
            index = 0;
            continue;
        }
        if (!add(d)) return false;
        if (!(d.flags & kNext)) return true;
        index = d.next;
    }
    return breaks(text("has a chain of more than %u descriptors, or a loop", size_));
}

bool Virtqueue::add(const Descriptor& d) {
    const bool writable = d.flags & kWrite;
    if (!writable && !chain_.writable.empty())
        return breaks("has a readable descriptor after a writable one");
    if (memory_->find(d.address, d.length, writable ? chain_.writable : chain_.readable)) return true;
    return breaks(text("names memory that the guest does not have: 0x%llx, %u bytes",
                       static_cast<unsigned long long>(d.address), d.length));
}

// virtio 1.2, 2.7.5.3: an indirect table is the last descriptor of a chain, and none is in another.
bool Virtqueue::enter(const Descriptor& d, Table& table) {
    if (!features_.indirect || table.at != descriptors_ || d.flags & (kNext | kWrite) || !d.length ||
        d.length % kDescriptor)
        return breaks("has an invalid indirect descriptor");
    table = {memory_->at_guest(d.address, d.length), d.length / u32{kDescriptor}};
    if (!table.at) return breaks("has an indirect table outside of the guest's memory");
    return true;
}

void Virtqueue::use(u32 written) {
    if (!std::exchange(held_, false)) return;
    u8* entry = used_ + kRingAt + kUsedEntry * (next_used_ % size_);
    store32(entry, head_);
    store32(entry + 4, written);
    store16(used_ + kIndexAt, ++next_used_);
    next_available_++;
}

bool Virtqueue::ask_notification() {
    if (!running() || broken()) return true;
    if (features_.event_index)
        store16(used_ + kRingAt + kUsedEntry * size_, next_available_);
    else
        store16(used_, 0);
    full_barrier();
    return load<u16>(available_ + kIndexAt) == next_available_;
}

// With an event index, none is wanted until the next ask_notification() moves it.
void Virtqueue::refuse_notification() {
    if (running() && !broken() && !features_.event_index) store16(used_, kNoNotify);
}

bool Virtqueue::flush() {
    if (!running() || flushed_ == next_used_) return false;
    const u16 before = std::exchange(flushed_, next_used_);
    full_barrier();
    if (!features_.event_index) return !(load<u16>(available_) & kNoInterrupt);
    // virtio 1.2, 2.7.10: whether the driver's index is among those that were passed.
    const u16 event = load<u16>(available_ + kRingAt + 2 * size_);
    return static_cast<u16>(next_used_ - event - 1) < static_cast<u16>(next_used_ - before);
}

}  // namespace vsockd
