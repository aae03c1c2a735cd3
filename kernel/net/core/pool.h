// Pool<T>: a slab allocator for objects of one type (lib/slab.h), which may occupy a share of all memory
// (lib/memory_share.h). The platform provides the pages.
#pragma once

#include <utility>

#include "lib/memory_share.h"
#include "lib/shared_count.h"
#include "lib/slab.h"
#include "net/platform.h"

namespace net {

// The part that does not depend on the type. Thread context, no lock held, because it allocates pages.
class SlotPool {
  public:
    constexpr SlotPool(u32 size, LockRank rank, MemoryShare share)
        : lock_(rank, "object pool"), slab_(size), share_(share) {}

    // Harts that allocate at the same time may exceed the share by a page each.
    void* alloc() {
        if (platform::allocation_fails()) return nullptr;
        if (void* slot = take()) return slot;
        if (has_all_pages()) return nullptr;
        void* page = platform::raw_page_alloc();
        if (!page) return nullptr;
        pages_.fetch_add(1, std::memory_order_relaxed);
        platform::Guard guard(lock_);
        return slab_.take_from_new(page);
    }

    void free(void* slot) {
        void* page = give(slot);
        if (!page) return;
        pages_.fetch_sub(1, std::memory_order_relaxed);
        platform::page_free(page);
    }

    bool has_all_pages() const { return pages_.load(std::memory_order_relaxed) >= most_pages(); }
    usize most_pages() const { return share_.of(platform::memory_pages()); }
    usize bytes() const { return usize{pages_.load(std::memory_order_relaxed)} * Slab::kPageSize; }

  private:
    void* take() {
        platform::Guard guard(lock_);
        return slab_.take();
    }
    void* give(void* slot) {
        platform::Guard guard(lock_);
        return slab_.give(slot);
    }

    platform::Lock lock_;
    SharedCount pages_{0};
    Slab slab_ GUARDED_BY(lock_);
    const MemoryShare share_;
};

template <class T>
class Pool {
  public:
    constexpr explicit Pool(LockRank rank, MemoryShare share = memory_share::kAll)
        : slots_(sizeof(T), rank, share) {}

    // Null when memory or the share is exhausted.
    template <class... Args>
    T* create(Args&&... args) {
        void* slot = slots_.alloc();
        return slot ? new (slot) T(std::forward<Args>(args)...) : nullptr;
    }
    void destroy(T* object) {
        object->~T();
        slots_.free(object);
    }
    // The memory used by the pool's pages, and whether that is the whole share.
    usize bytes() const { return slots_.bytes(); }
    bool has_all_pages() const { return slots_.has_all_pages(); }
    // How many objects fit in the share.
    u32 most() const { return static_cast<u32>(slots_.most_pages()) * Slab(sizeof(T)).slots_each(); }

  private:
    static_assert(sizeof(T) <= Slab::kMostSlotSize && alignof(T) <= 16);
    SlotPool slots_;
};

}  // namespace net
