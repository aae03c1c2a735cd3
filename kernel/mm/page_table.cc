#include "mm/page_table.h"

#include "lib/panic.h"
#include "mm/kalloc.h"

namespace mm {
namespace {

constexpr unsigned index_of(uptr va, int level) {
    return static_cast<unsigned>(va >> (12 + 9 * level)) & 511;
}
u64* table_of(u64 pte) { return static_cast<u64*>(virt_of(pte_phys(pte))); }

// The entry for va at a level (2 is the root). Allocates missing tables. Null: out of memory.
u64* descend(u64* table, uptr va, int level) {
    for (int l = 2; l > level; l--) {
        u64& pte = table[index_of(va, l)];
        if (!(pte & kValid)) {
            void* page = page_alloc_zeroed();
            if (!page) return nullptr;
            pte = make_pte(phys_of(page), kValid);
        }
        DEBUG_ASSERT(!(pte & kLeaf));
        table = table_of(pte);
    }
    return &table[index_of(va, level)];
}

// The largest page level that alignment and size allow.
int level_for(uptr va, u64 phys, usize size, bool large) {
    for (int level = 2; large && level > 0; level--) {
        const u64 span = kPageSize << (9 * level);
        if ((va | phys) % span == 0 && size >= span) return level;
    }
    return 0;
}

void free_table(u64* table, int level) {
    for (int i = 0; i < 512; i++) {
        const u64 pte = table[i];
        if (!(pte & kValid)) continue;
        if (!(pte & kLeaf))
            free_table(table_of(pte), level - 1);
        else if ((pte & (kUser | kShared)) == kUser)
            page_free(table_of(pte));
    }
    page_free(table);
}

}  // namespace

u64* PageTable::next(uptr& va, uptr end) const {
    while (va < end) {
        u64* table = root_;
        int level = 2;
        for (; level > 0 && table[index_of(va, level)] & kValid; level--)
            table = table_of(table[index_of(va, level)]);
        if (level == 0 && table[index_of(va, 0)] & kValid) return &table[index_of(va, 0)];
        const u64 span = kPageSize << (9 * level);
        va = round_down(va, span) + span;
    }
    return nullptr;
}

u64* PageTable::find_or_make(uptr va) const { return descend(root_, va, 0); }

Result<> PageTable::map(uptr va, u64 phys, usize size, u64 bits, bool large) const {
    ASSERT((va | phys | size) % kPageSize == 0);
    while (size) {
        const int level = level_for(va, phys, size, large);
        u64* pte = descend(root_, va, level);
        if (!pte) return Errno::NoMem;
        ASSERT(!(*pte & kValid));
        *pte = make_pte(phys, bits | kValid | kAccessed | kDirty);
        const u64 span = kPageSize << (9 * level);
        va += span, phys += span, size -= span;
    }
    return {};
}

void PageTable::free_range(unsigned first, unsigned last) const {
    for (unsigned i = first; i < last; i++) {
        if (root_[i] & kValid) free_table(table_of(root_[i]), 1);
        root_[i] = 0;
    }
}

}  // namespace mm
