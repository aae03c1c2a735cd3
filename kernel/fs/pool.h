// Pool<T>: allocates objects of one type (lib/slab.h), of a limited number or in a share of the memory.
#pragma once

#include <atomic>
#include <utility>

#include "lib/memory_share.h"
#include "lib/result.h"
#include "lib/slab.h"
#include "mm/kalloc.h"
#include "sync/spinlock.h"

namespace fs {

// Any thread.
template <class T>
class Pool {
  public:
    // At most `limit` objects exist at once.
    constexpr Pool(LockRank rank, const char* name, u32 limit, Errno beyond_limit)
        : lock_(rank, name), slab_(sizeof(T)), limit_(limit), beyond_limit_(beyond_limit) {}
    constexpr Pool(LockRank rank, const char* name, MemoryShare share, Errno beyond_limit)
        : lock_(rank, name), slab_(sizeof(T)), share_(share), beyond_limit_(beyond_limit) {}

    // NoMem, or the constructor's error code at the limit.
    template <class... Args>
    Result<T*> make(Args&&... args) {
        void* room = TRY(take());
        return new (room) T(std::forward<Args>(args)...);
    }

    void destroy(T& object) {
        object.~T();
        Guard g(lock_);
        in_use_.store(in_use() - 1, std::memory_order_relaxed);
        if (void* page = slab_.give(&object)) {
            pages_--;
            mm::page_free(page);
        }
    }

    u32 in_use() const { return in_use_.load(std::memory_order_relaxed); }

  private:
    static_assert(sizeof(T) <= Slab::kMostSlotSize && alignof(T) <= 16);

    Result<void*> take() {
        Guard g(lock_);
        if (in_use() == limit_) return beyond_limit_;
        void* slot = slab_.take();
        if (!slot) {
            if (pages_ >= share_.of(mm::pages_total())) return beyond_limit_;
            void* page = mm::page_alloc();
            if (!page) return Errno::NoMem;
            pages_++;
            slot = slab_.take_from_new(page);
        }
        in_use_.store(in_use() + 1, std::memory_order_relaxed);
        return slot;
    }

    SpinLock lock_;
    Slab slab_ GUARDED_BY(lock_);
    u32 pages_ GUARDED_BY(lock_) = 0;
    std::atomic<u32> in_use_{0};  // written with the lock held, read without it
    const u32 limit_ = ~0u;
    const MemoryShare share_ = memory_share::kAll;
    const Errno beyond_limit_;
};

}  // namespace fs
