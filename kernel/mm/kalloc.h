// The page allocator: pages of 4096 bytes, from the end of the kernel's image to the end of RAM.
//
// Each hart has a cache of free pages, so the common case takes no lock. Thread context only.
#pragma once

#include "lib/types.h"

namespace mm {

// Once, at boot: gives the allocator the RAM in [from, to) (virtual addresses in the direct map).
void page_init(u8* from, u8* to);

// A page with undefined contents, or null if none is left. A debug build fills it with 0xa5.
void* page_alloc();
void* page_alloc_zeroed();
void page_free(void* page);

// page_alloc() and page_free() for pages of a program's code. They are free memory like all others, but other
// uses get them last. The reason is QEMU: it catches each write to a page whose code it has translated, which
// takes about 2 us, until the old code is overwritten. A new program's code overwrites it at once; an object
// of the kernel, such as a socket, might never. On hardware it makes no difference.
void* code_page_alloc();
void code_page_free(void* page);

// Returns this hart's cached pages to the shared list if another hart has no memory left. Called by an idle
// hart and after an interrupt in user mode. Without a request it costs one load.
void page_hand_over_if_asked();

usize pages_total();
usize pages_free();  // including the per-hart caches

}  // namespace mm
