// Slab: allocates slots of one size from pages. The owner provides the pages, the lock and the type
// (net/core/pool.h, fs/pool.h). A page is returned when all its slots are free.
//
//   page:  | SlabPage | slot | slot | slot | ...      a free slot holds the pointer to the next free slot
#pragma once

#include <new>

#include "lib/list.h"

struct SlabPage : ListNode<SlabPage> {
    void* free = nullptr;
    u32 used = 0;
};

// Not synchronised.
class Slab {
  public:
    static constexpr u32 kPageSize = 4096;
    static constexpr u32 kMostSlotSize = 2016;  // two slots per page

    constexpr explicit Slab(u32 object_size) : slot_size_((object_size + 15) & ~15u) {}

    constexpr u32 slots_each() const { return (kPageSize - u32{sizeof(SlabPage)}) / slot_size_; }

    // A free slot, or null if every page is full: then call take_from_new().
    void* take() {
        SlabPage* page = with_room_.front();
        if (!page) return nullptr;
        void* slot = page->free;
        page->free = *static_cast<void**>(slot);
        page->used++;
        if (!page->free) page->unlink();
        return slot;
    }

    // Adds a page of kPageSize bytes, aligned to its size, and takes a slot from this page: a page without a
    // used slot would never be returned.
    void* take_from_new(void* memory) {
        auto& page = *new (memory) SlabPage;
        auto* base = static_cast<u8*>(memory);
        for (u32 end = kPageSize; end >= sizeof(SlabPage) + slot_size_; end -= slot_size_) {
            push(page, base + end - slot_size_);
        }
        with_room_.push_front(page);
        return take();
    }

    // Frees a slot. Returns its page if all slots in it are free: the caller owns the page again. Else null.
    [[nodiscard]] void* give(void* slot) {
        auto& page = *reinterpret_cast<SlabPage*>(reinterpret_cast<uptr>(slot) & ~uptr{kPageSize - 1});
        if (!page.free) with_room_.push_front(page);
        push(page, slot);
        if (--page.used > 0) return nullptr;
        page.unlink();
        return &page;
    }

  private:
    static void push(SlabPage& page, void* slot) {
        *static_cast<void**>(slot) = page.free;
        page.free = slot;
    }

    const u32 slot_size_;
    List<SlabPage> with_room_;
};
