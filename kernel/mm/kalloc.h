// The page allocator: pages of 4096 bytes, from the end of the kernel's image to the end of RAM.
//
// Each hart keeps a few free pages to itself, so the common case takes no lock. Thread context only.
#pragma once

#include "lib/types.h"

namespace mm {

// Once, at boot: the RAM in [from, to) is the allocator's (virtual addresses in the direct map).
void page_init(u8* from, u8* to);

// A page with undefined contents, or null when there is none left. In a debug build it is filled with junk.
void* page_alloc();
void* page_alloc_zeroed();
void page_free(void* page);

// Memory was exhausted on another hart, and this one keeps a few free pages to itself: hands them over.
// Called where a hart idles, and where it has interrupted a user program. Costs one load when nobody asks.
void page_hand_over_if_asked();

usize pages_total();
usize pages_free();  // per-hart caches included

}  // namespace mm
