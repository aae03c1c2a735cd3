#include "mm/page_table.h"

#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/page_owners.h"

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

// The first entry in use from index i on; 512: there is none. An unused entry is zero.
unsigned next_used(const u64* table, unsigned i) {
    for (; i % 8; i++) {
        if (table[i]) return i;
    }
    for (; i < 512; i += 8) {
        const u64* t = table + i;
        if (t[0] | t[1] | t[2] | t[3] | t[4] | t[5] | t[6] | t[7]) break;
    }
    while (i < 512 && !table[i]) i++;
    return i;
}

void free_table(u64* table, int level) {
    for (unsigned i = next_used(table, 0); i < 512; i = next_used(table, i + 1)) {
        const u64 pte = table[i];
        if (!(pte & kLeaf))
            free_table(table_of(pte), level - 1);
        else if ((pte & (kUser | kShared)) == kUser)
            page_drop(table_of(pte), pte & kExecute);
    }
    page_free(table);
}

}  // namespace

u64* PageTable::next(uptr& va, uptr end) const {
    while (va < end) {
        u64* table = root_;
        int level = 2;
        for (; level > 0 && table[index_of(va, level)]; level--) table = table_of(table[index_of(va, level)]);
        const u64 span = kPageSize << (9 * level);
        const unsigned from = index_of(va, level), used = next_used(table, from);
        if (used != from) va = round_down(va, span) + (used - from) * span;
        if (level == 0 && used < 512) return va < end ? &table[used] : nullptr;
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
