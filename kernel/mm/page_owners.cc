#include "mm/page_owners.h"

#include "lib/string.h"
#include "mm/kalloc.h"

namespace mm {

constinit std::atomic<u32>* page_more_owners = nullptr;

u8* page_owners_init(u8* from, const u8* to) {
    const usize size = round_up((phys_of(to) - RAM_BASE) / kPageSize * sizeof(u32));
    memset(from, 0, size);
    page_more_owners = reinterpret_cast<std::atomic<u32>*>(from);
    return from + size;
}

// Two owners may drop the page at once: the one that finds no other frees it.
void page_drop(void* page, bool executable) {
    if (page_is_shared(page)) {
        std::atomic<u32>& more = more_owners_of(page);
        if (more.fetch_sub(1, std::memory_order_acq_rel) != 0) return;
        more.store(0, std::memory_order_relaxed);
    }
    executable ? code_page_free(page) : page_free(page);
}

}  // namespace mm
