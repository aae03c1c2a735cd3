// Slab: slots of one size, cut from pages. The bookkeeping alone: its owner brings the pages, the lock and
// the type (net/core/pool.h, fs/pool.h). A page goes back as soon as its last slot is free.
//
//   page:  | SlabPage | slot | slot | slot | ...      a free slot holds the pointer to the next free one
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
    static constexpr u32 kMostSlotSize = 2016;  // two to a page

    constexpr explicit Slab(u32 object_size) : slot_size_((object_size + 15) & ~15u) {}

    // Null: every page is full; bring a new one.
    void* take() {
        SlabPage* page = with_room_.front();
        if (!page) return nullptr;
        void* slot = page->free;
        page->free = *static_cast<void**>(slot);
        page->used++;
        if (!page->free) page->unlink();
        return slot;
    }

    // Takes a slot from a new page of kPageSize bytes, aligned to its size. From that one and no other: a
    // page of which nothing is ever taken would never come back.
    void* take_from_new(void* memory) {
        auto& page = *new (memory) SlabPage;
        auto* base = static_cast<u8*>(memory);
        for (u32 end = kPageSize; end >= sizeof(SlabPage) + slot_size_; end -= slot_size_) {
            push(page, base + end - slot_size_);
        }
        with_room_.push_front(page);
        return take();
    }

    // Returns the slot's page if nothing in it is used any more: it is the caller's again. Else null.
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
