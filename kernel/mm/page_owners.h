// Pages that several address spaces map: each page has a count of its owners, but the first. So a page that
// never got a second owner costs one load when it is freed.
//
// - An owner may share the page and drop its own part; so only a page with other owners can lose one.
// - Any thread.
#pragma once

#include <atomic>

#include "mm/layout.h"

namespace mm {

// Once, at boot: takes the memory for the counts of all RAM that ends at `to` from the beginning of the
// range, and returns the rest's.
u8* page_owners_init(u8* from, const u8* to);

extern std::atomic<u32>* page_more_owners;  // of each page from RAM_BASE on

inline std::atomic<u32>& more_owners_of(const void* page) {
    return page_more_owners[(phys_of(page) - RAM_BASE) / kPageSize];
}

// One owner more.
inline void page_share(void* page) { more_owners_of(page).fetch_add(1, std::memory_order_relaxed); }

// For an owner: is there another one? If not, the page's memory is the caller's alone from now on.
inline bool page_is_shared(const void* page) { return more_owners_of(page).load(std::memory_order_acquire); }

// One owner less; the last one frees the page: as code_page_free, if the owners' mappings are executable.
void page_drop(void* page, bool executable);

}  // namespace mm
