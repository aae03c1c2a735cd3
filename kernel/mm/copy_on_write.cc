// fork: Space::copy_from and Space::make_own. Parent and child map the same pages. A page that the program
// may write to is mapped read-only in both, with kCopyOnWrite; the first store to it faults, and whoever
// stored gets a copy. The last owner writes to the page itself.
#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/page_owners.h"
#include "mm/vm.h"

namespace mm {
namespace {

void* page_of(u64 pte) { return virt_of(pte_phys(pte)); }

void* copy_of(const void* page) {
    void* copy = page_alloc();
    if (copy) memcpy(copy, page, kPageSize);
    return copy;
}

}  // namespace

// Even on failure the parent's entries have changed, and another fork will not change them again.
Result<> Space::copy_from(Space& from, uptr sp) {
    stack_bottom_ = from.stack_bottom_;
    heap_start_ = from.heap_start_;
    brk_ = from.brk_;
    const Result<> mapped = map_pages_of(from, sp);
    from.forget_translations();
    TRY(mapped);
    for (usize i = 0; i < kMaxRegions; i++) {
        if (!from.regions_[i].object) continue;
        TRY(map_region(from.regions_[i]));
        regions_[i] = from.regions_[i];
    }
    return {};
}

// Both processes soon write to the page of the stack pointer: a copy now is cheaper than two faults.
Result<> Space::map_pages_of(Space& from, uptr sp) {
    uptr va = kUserStart;
    for (u64* pte; (pte = from.table_.next(va, round_up(from.brk_))); va += kPageSize) {
        TRY(map_page_of(va, *pte, va == round_down(sp) && *pte & kWrite));
        pages_++;
    }
    return {};
}

Result<> Space::map_page_of(uptr va, u64& pte, bool copy) {
    u64* own = table_.find_or_make(va);
    if (!own) return Errno::NoMem;
    if (copy) {
        void* page = copy_of(page_of(pte));
        if (!page) return Errno::NoMem;
        *own = make_pte(phys_of(page), pte_bits(pte));
        return {};
    }
    if (pte & kWrite) pte ^= kWrite | kCopyOnWrite;
    *own = pte;
    page_share(page_of(pte));
    return {};
}

// A store to a page that is shared since a fork, or was: its other owners may be gone.
Result<> Space::make_own(u64& pte, uptr va) {
    void* page = page_of(pte);
    const bool shared = page_is_shared(page);
    void* own = shared ? copy_of(page) : page;
    if (!own) return Errno::NoMem;
    pte = make_pte(phys_of(own), pte_bits(pte) ^ (kWrite | kCopyOnWrite));
    forget_translation(va);
    if (shared) page_drop(page, false);  // what can be written is no code
    return {};
}

}  // namespace mm
