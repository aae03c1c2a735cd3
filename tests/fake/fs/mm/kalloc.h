// The page allocator for host tests of fs/: counts pages and fails on demand.
#pragma once

#include "lib/types.h"

namespace mm {
void* page_alloc();
void* page_alloc_zeroed();
void page_free(void* page);
inline usize pages_total() { return 32768; }  // 128 MiB
}  // namespace mm

namespace fake {
long pages_in_use();
void set_page_limit(long pages);  // page_alloc fails beyond it
// copy_in and copy_out fail with Fault in [kBadAddress, kBadAddress + 4096).
inline constexpr uptr kBadAddress = 0xbad;
}  // namespace fake
