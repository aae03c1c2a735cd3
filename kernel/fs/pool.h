// Pool<T>: objects of one type, carved from pages. A page whose objects are all gone goes back to the
// allocator, so the pool holds no more memory than its objects need.
#pragma once

#include <atomic>
#include <new>
#include <utility>

#include "lib/list.h"
#include "lib/result.h"
#include "mm/kalloc.h"
#include "sync/spinlock.h"

namespace fs {

// Any thread. `limit` objects can exist at once.
template <class T>
class Pool {
  public:
    constexpr Pool(LockRank rank, const char* name, u32 limit, Errno beyond_limit)
        : lock_(rank, name), limit_(limit), beyond_limit_(beyond_limit) {}

    // NoMem, or the error named in the constructor when `limit` objects exist.
    template <class... Args>
    Result<T*> make(Args&&... args) {
        void* room = TRY(take());
        return new (room) T(std::forward<Args>(args)...);
    }

    void destroy(T& object) {
        object.~T();
        give_back(&object);
    }

    u32 in_use() const { return in_use_.load(std::memory_order_relaxed); }

  private:
    static constexpr usize kPageSize = 4096;
    union Slot {
        Slot* next;
        alignas(T) u8 object[sizeof(T)];
    };
    struct Page : ListNode<Page> {
        u32 used = 0;     // slots that hold an object
        u32 touched = 0;  // slots [touched, kSlots) were never used, and are not on the free list
        Slot* free = nullptr;
    };
    static constexpr usize kFirst = (sizeof(Page) + alignof(Slot) - 1) / alignof(Slot) * alignof(Slot);
    static constexpr u32 kSlots = (kPageSize - kFirst) / sizeof(Slot);
    static_assert(kSlots > 0, "an object must fit in a page");

    static Slot* slot(Page* page, u32 i) {
        return reinterpret_cast<Slot*>(reinterpret_cast<u8*>(page) + kFirst) + i;
    }

    Result<void*> take() {
        Guard g(lock_);
        if (in_use() == limit_) return beyond_limit_;
        Page* page = with_room_.front();
        if (!page) {
            void* memory = mm::page_alloc();
            if (!memory) return Errno::NoMem;
            page = new (memory) Page;
            with_room_.push_back(*page);
        }
        Slot* s = page->free;
        if (s)
            page->free = s->next;
        else
            s = slot(page, page->touched++);
        if (++page->used == kSlots) page->unlink();
        in_use_.store(in_use() + 1, std::memory_order_relaxed);
        return s;
    }

    void give_back(void* object) {
        auto* page = reinterpret_cast<Page*>(reinterpret_cast<uptr>(object) & ~(kPageSize - 1));
        auto* s = static_cast<Slot*>(object);
        Guard g(lock_);
        in_use_.store(in_use() - 1, std::memory_order_relaxed);
        if (page->used-- == kSlots) with_room_.push_back(*page);
        s->next = std::exchange(page->free, s);
        if (page->used == 0) {
            page->unlink();
            mm::page_free(page);
        }
    }

    SpinLock lock_;
    List<Page> with_room_ GUARDED_BY(lock_);
    std::atomic<u32> in_use_{0};  // changed with the lock held, read without
    const u32 limit_;
    const Errno beyond_limit_;
};

}  // namespace fs
