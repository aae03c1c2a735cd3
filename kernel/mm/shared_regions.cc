// The part of an address space that it shares with the kernel: Space::share and Space::unshare.
#include <algorithm>

#include "mm/vm.h"

namespace mm {
namespace {

constexpr uptr kTop = kUserEnd - kPageSize;

}  // namespace

Space::Region* Space::free_region() {
    for (Region& r : regions_) {
        if (!r.object) return &r;
    }
    return nullptr;
}

// The heap may grow up to here.
uptr Space::lowest_shared() const {
    uptr lowest = kTop;
    for (const Region& r : regions_) {
        if (r.object) lowest = std::min(lowest, r.from);
    }
    return lowest - kPageSize;  // a guard page
}

// The highest free range of this size, with a guard page on both sides. 0: there is none.
uptr Space::free_range(usize size) const {
    const uptr bottom = round_up(brk_) + kPageSize;
    uptr end = kTop;
    for (const Region* r = regions_; r != regions_ + kMaxRegions;) {
        if (end < bottom || end - bottom < size) return 0;
        if (r->overlaps(end - size - kPageSize, end + kPageSize)) {
            end = r->from - kPageSize;
            r = regions_;  // others may overlap the new range
        } else {
            r++;
        }
    }
    return end - size;
}

// On failure nothing is mapped.
Result<> Space::map_region(const Region& r) {
    const u64 bits = r.permissions | kUser | kShared;
    for (uptr va = r.from; va < r.to; va += kPageSize) {
        void* page = r.object->page(r.first + (va - r.from) / kPageSize);
        if (table_.map(va, phys_of(page), kPageSize, bits).ok()) continue;
        clear_shared(r.from, va);
        return Errno::NoMem;
    }
    return {};
}

void Space::clear_shared(uptr from, uptr to) {
    uptr va = from;
    for (u64* pte; (pte = table_.next(va, to)); va += kPageSize) *pte = 0;
}

Result<uptr> Space::share(const Ref<SharedPages>& object, usize first, usize pages, u64 permissions) {
    Region* place = free_region();
    const uptr at = free_range(pages * kPageSize);
    if (!place || !at) return Errno::NoMem;
    const Region r{at, at + pages * kPageSize, first, permissions, object};
    TRY(map_region(r));
    *place = r;
    forget_translations();  // a CPU may cache invalid entries too
    return at;
}

// Removes [from, to), which overlaps r. If all of r is removed, it is left with an empty range.
void Space::cut(Region& r, uptr from, uptr to) {
    const uptr a = std::max(from, r.from), b = std::min(to, r.to);
    clear_shared(a, b);
    if (b < r.to && a > r.from) {
        *free_region() = {b, r.to, r.first + (b - r.from) / kPageSize, r.permissions, r.object};
        r.to = a;
    } else if (b < r.to) {
        r.first += (b - r.from) / kPageSize;
        r.from = b;
    } else {
        r.to = a;
    }
}

// The references are dropped last: before, a TLB entry could still lead to a page.
Result<> Space::unshare(uptr from, uptr to) {
    for (const Region& r : regions_) {
        if (r.overlaps(from, to) && r.from < from && to < r.to && !free_region()) return Errno::NoMem;
    }
    for (Region& r : regions_) {
        if (r.overlaps(from, to)) cut(r, from, to);
    }
    forget_translations();
    for (Region& r : regions_) {
        if (r.from == r.to) r = {};
    }
    return {};
}

}  // namespace mm
