// Pool<T>: allocates a limited number of objects of one type (lib/slab.h).
#pragma once

#include <atomic>
#include <utility>

#include "lib/result.h"
#include "lib/slab.h"
#include "mm/kalloc.h"
#include "sync/spinlock.h"

namespace fs {

// Any thread. At most `limit` objects exist at once.
template <class T>
class Pool {
  public:
    constexpr Pool(LockRank rank, const char* name, u32 limit, Errno beyond_limit)
        : lock_(rank, name), slab_(sizeof(T)), limit_(limit), beyond_limit_(beyond_limit) {}

    // NoMem, or the constructor's error code if `limit` objects exist.
    template <class... Args>
    Result<T*> make(Args&&... args) {
        void* room = TRY(take());
        return new (room) T(std::forward<Args>(args)...);
    }

    void destroy(T& object) {
        object.~T();
        Guard g(lock_);
        in_use_.store(in_use() - 1, std::memory_order_relaxed);
        if (void* page = slab_.give(&object)) mm::page_free(page);
    }

    u32 in_use() const { return in_use_.load(std::memory_order_relaxed); }

  private:
    static_assert(sizeof(T) <= Slab::kMostSlotSize && alignof(T) <= 16);

    Result<void*> take() {
        Guard g(lock_);
        if (in_use() == limit_) return beyond_limit_;
        void* slot = slab_.take();
        if (!slot) {
            void* page = mm::page_alloc();
            if (!page) return Errno::NoMem;
            slot = slab_.take_from_new(page);
        }
        in_use_.store(in_use() + 1, std::memory_order_relaxed);
        return slot;
    }

    SpinLock lock_;
    Slab slab_ GUARDED_BY(lock_);
    std::atomic<u32> in_use_{0};  // written with the lock held, read without it
    const u32 limit_;
    const Errno beyond_limit_;
};

}  // namespace fs
