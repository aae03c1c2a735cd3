// Address spaces: the kernel's, and one for each process, which has the kernel's in its upper half.
#pragma once

#include <atomic>

#include "arch/hart.h"
#include "lib/shared_pages.h"
#include "mm/page_table.h"

namespace mm {

class UserRanges;

// Once, on hart 0: builds the kernel's page table for RAM that ends at this physical address, and loads it.
void kernel_vm_init(u64 ram_end);
void kernel_vm_load();  // on each other hart
PageTable& kernel_page_table();

// A process's memory. Used by the process's own thread, and by its parent's before the process starts.
//
// No page is both writable and executable. From kUserStart up: the program, a guard page, the stack, and the
// heap up to brk. From kUserEnd down: what the program has mapped of objects that it shares with the kernel,
// at most kMaxRegions of them, with a guard page below each.
class Space {
  public:
    static Result<Space*> create();  // empty; NoMem
    // Frees every page and the Space. No thread may run in it. A hart that still has it loaded (idle or in a
    // kernel thread) is interrupted to unload it; destroy() waits for that. Takes no lock.
    static void destroy(Space* s);

    // Maps new pages at [from, to), page-aligned, with kRead/kWrite/kExecute bits. NoMem: nothing changed.
    // With Contents::Any, the caller overwrites them before a program sees them.
    enum class Contents : u8 { Zero, Any };
    Result<> add_pages(uptr from, uptr to, u64 permissions, Contents contents = Contents::Zero);
    // Unmaps and frees the pages of [from, to); skips unmapped pages.
    void remove_pages(uptr from, uptr to);
    // The kernel's address of the page that contains va; null if it is unmapped or lacks this permission
    // (kRead, kWrite or kExecute).
    void* page_at(uptr va, u64 permission) const {
        const u64* pte = table_.find(va);
        const u64 wanted = kValid | kUser | permission;
        return pte && (*pte & wanted) == wanted ? virt_of(pte_phys(*pte)) : nullptr;
    }

    // For fork: maps every page of `from`, and shares what it shares. Pages that can be written are copied
    // when one of the two writes to them (copy_on_write.cc), but that of the stack pointer `sp` at once.
    // NoMem: the caller must destroy this space.
    Result<> copy_from(Space& from, uptr sp);

    // sbrk: moves the end of the heap and returns the old end. NoMem; Inval: below the heap's start. Pages of
    // a lazy heap are allocated by touch().
    Result<uptr> grow(i64 bytes, bool lazy);

    // After a page fault at va, kRead or kWrite: allocates the page if it belongs to the stack or the heap;
    // copies it if it is shared since a fork. Fault: the program may not access it so. NoMem.
    Result<> touch(uptr va, u64 permission);
    uptr brk() const { return brk_; }

    // Maps `pages` pages of the object, from page `first` on, with these permissions, and returns their
    // address. The mapping keeps a reference to the object. NoMem: no room for the range, for another region,
    // or for the tables; nothing changed.
    Result<uptr> share(const Ref<SharedPages>& object, usize first, usize pages, u64 permissions);
    // Unmaps what share() has mapped in [from, to), page-aligned. NoMem: it would leave two parts of one
    // region, and there is no room for another; nothing changed.
    Result<> unshare(uptr from, uptr to);
    // The stack lies in [bottom, top), the heap above it.
    void set_stack(uptr bottom, uptr top) { stack_bottom_ = bottom, heap_start_ = brk_ = top; }
    usize mapped_bytes() const { return pages_ * kPageSize; }

    // What copy_in and copy_out find outside of user memory (user_ranges.h); usually null.
    UserRanges* ranges = nullptr;

    // The space that this hart has loaded: in a process's thread, the process's space.
    static Space* loaded();

    // Loads s on this hart (null: only the kernel's table). Interrupts must be off.
    static void load(Space* s);
    // In a software interrupt: unloads a space that is being destroyed.
    static void drop_if_dying();

  private:
    // Adjacent pages of one object. Unused: no object.
    struct Region {
        uptr from = 0, to = 0;
        usize first = 0;  // the object's page at `from`
        u64 permissions = 0;
        Ref<SharedPages> object;
        bool overlaps(uptr a, uptr b) const { return object && a < to && from < b; }
    };
    static constexpr usize kMaxRegions = 32;

    Result<> map_pages_of(Space& from, uptr sp);
    Result<> map_page_of(uptr va, u64& pte, bool copy);
    Result<> make_own(u64& pte, uptr va);
    Result<> map_region(const Region& r);
    void clear_shared(uptr from, uptr to);
    void forget_translations();
    void forget_translation(uptr va);
    Region* free_region();
    uptr free_range(usize size) const;
    uptr lowest_shared() const;
    void cut(Region& r, uptr from, uptr to);

    PageTable table_;
    Region regions_[kMaxRegions];
    uptr stack_bottom_ = 0;
    uptr heap_start_ = 0;
    uptr brk_ = 0;
    usize pages_ = 0;
    u64 epoch_ = 0;  // incremented when pages are unmapped; see load()
    std::atomic<u32> dying_{0};
};

inline Space* Space::loaded() { return arch::this_hart().space.load(std::memory_order_relaxed); }

}  // namespace mm
