// Pool<T>: objects of one type, cut from pages. A page goes back as soon as its last object dies, so that
// memory in use is exactly what living objects need.
//
//   page:  | PoolPage | slot | slot | slot | ...      a free slot holds the pointer to the next free one
#pragma once

#include <new>
#include <utility>

#include "lib/list.h"
#include "net/port.h"

namespace net {

struct PoolPage : ListNode<PoolPage> {
    void* free = nullptr;
    u32 used = 0;
};

// The untyped half: slots of one size. Thread context, no lock held (pages come and go).
class SlotPool {
  public:
    constexpr SlotPool(u32 slot_size, LockRank rank) : slot_size_(slot_size), lock_(rank, "object pool") {}

    void* alloc() {
        if (void* slot = take_free()) return slot;
        void* memory = port::page_alloc();
        if (!memory) return nullptr;
        return take_from_new(*new (memory) PoolPage);
    }

    void free(void* slot) {
        auto& page = *reinterpret_cast<PoolPage*>(reinterpret_cast<uptr>(slot) & ~uptr{kPageSize - 1});
        if (give_back(page, slot)) port::page_free(&page);
    }

  private:
    static constexpr u32 kPageSize = 4096;

    void* take_free() {
        port::Guard guard(lock_);
        PoolPage* page = with_room_.front();
        return page ? pop_locked(*page) : nullptr;
    }

    void* take_from_new(PoolPage& page) {
        auto* base = reinterpret_cast<u8*>(&page);
        for (u32 end = kPageSize; end >= sizeof(PoolPage) + slot_size_; end -= slot_size_) {
            push(page, base + end - slot_size_);
        }
        port::Guard guard(lock_);
        with_room_.push_back(page);
        return pop_locked(page);
    }

    void* pop_locked(PoolPage& page) REQUIRES(lock_) {
        void* slot = page.free;
        page.free = *static_cast<void**>(slot);
        page.used++;
        if (!page.free) page.unlink();
        return slot;
    }

    // True: that was the last one, and the page is the caller's to free.
    bool give_back(PoolPage& page, void* slot) {
        port::Guard guard(lock_);
        if (!page.free) with_room_.push_front(page);
        push(page, slot);
        if (--page.used > 0) return false;
        page.unlink();
        return true;
    }

    static void push(PoolPage& page, void* slot) {
        *static_cast<void**>(slot) = page.free;
        page.free = slot;
    }

    const u32 slot_size_;
    port::Lock lock_;
    List<PoolPage> with_room_ GUARDED_BY(lock_);
};

template <class T>
class Pool {
  public:
    constexpr explicit Pool(LockRank rank) : slots_((sizeof(T) + 15) & ~15u, rank) {}

    // Null when memory is exhausted.
    template <class... Args>
    T* create(Args&&... args) {
        void* slot = slots_.alloc();
        return slot ? new (slot) T(std::forward<Args>(args)...) : nullptr;
    }
    void destroy(T* object) {
        object->~T();
        slots_.free(object);
    }

  private:
    static_assert(sizeof(T) <= 2016 && alignof(T) <= 16);
    SlotPool slots_;
};

}  // namespace net
