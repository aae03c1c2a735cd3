// Sv39 page tables: three levels with 512 entries per table (RISC-V Privileged Architecture, 4.4).
#pragma once

#include "lib/result.h"
#include "mm/layout.h"

namespace mm {

// Page table entry bits.
enum Pte : u64 {
    kValid = 1 << 0,
    kRead = 1 << 1,
    kWrite = 1 << 2,
    kExecute = 1 << 3,
    kUser = 1 << 4,
    kGlobal = 1 << 5,
    kAccessed = 1 << 6,
    kDirty = 1 << 7,
    kShared = 1 << 8,       // for software: the page belongs to a SharedPages object
    kCopyOnWrite = 1 << 9,  // likewise: not kWrite, but the program may write (Space::touch)
};
inline constexpr u64 kLeaf = kRead | kWrite | kExecute;

constexpr u64 make_pte(u64 phys, u64 bits) { return phys >> 12 << 10 | bits; }
constexpr u64 pte_phys(u64 pte) { return pte >> 10 << 12; }  // bits 54 to 63 are 0 in our tables
constexpr u64 pte_bits(u64 pte) { return pte & 0x3ff; }

// Not synchronised. Only a process's own thread changes its table; the kernel's table is constant after boot.
class PageTable {
  public:
    using Entries = u64[512];

    constexpr PageTable() = default;
    explicit PageTable(void* root) : root_(static_cast<u64*>(root)) {}
    u64* root() const { return root_; }
    u64 satp() const { return 8ull << 60 | phys_of(root_) >> 12; }

    // The entry for the 4 KiB page of va, in either half; null if a table is missing.
    u64* find(uptr va) const {
        u64* table = root_;
        for (int level = 2; level > 0; level--) {
            const u64 pte = table[va >> (12 + 9 * level) & 511];
            if (!(pte & kValid)) [[unlikely]]
                return nullptr;
            table = static_cast<u64*>(virt_of(pte_phys(pte)));
        }
        return &table[va >> 12 & 511];
    }

    // Finds the first mapped page in [va, end). Returns its entry and sets va to its address; null if there
    // is none. Skips missing tables, and scans a table without starting again at the root.
    u64* next(uptr& va, uptr end) const;

    // Like find, but allocates missing tables. Null: out of memory.
    u64* find_or_make(uptr va) const;

    // Maps [va, va + size) to phys with these permission bits. The range must be unmapped. With `large`, uses
    // 2 MiB and 1 GiB pages where alignment allows. NoMem: part of the range may be mapped.
    Result<> map(uptr va, u64 phys, usize size, u64 bits, bool large = false) const;

    // Frees the tables below the root's entries [first, last), and drops the user pages mapped there, except
    // those that are kShared.
    void free_range(unsigned first, unsigned last) const;

  private:
    u64* root_ = nullptr;
};

}  // namespace mm
