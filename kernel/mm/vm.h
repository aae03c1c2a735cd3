// Address spaces: the kernel's own, and a process's, which has the kernel's in its upper half.
#pragma once

#include <atomic>

#include "arch/hart.h"
#include "mm/page_table.h"

namespace mm {

// Once, on hart 0: builds the kernel's page table for RAM that ends at this physical address, and loads it.
void kernel_vm_init(u64 ram_end);
void kernel_vm_load();  // on each further hart
PageTable& kernel_page_table();

// A process's memory. Used by the process's own thread, and by its parent while it is being made.
//
// Pages never are both writable and executable. The program lies in [kUserStart, program_end), its stack and
// heap follow, up to brk.
class Space {
  public:
    static Result<Space*> create();  // empty; NoMem
    // Frees every page and the Space. No thread may run in it any more; a hart that still has it loaded,
    // idling or running a kernel thread, is made to let go first. Takes no lock but may wait for other harts.
    static void destroy(Space* s);

    // Maps zeroed pages at [from, to), page aligned, with kRead/kWrite/kExecute bits. NoMem: nothing changed.
    Result<> add_pages(uptr from, uptr to, u64 permissions);
    // Takes the pages of [from, to) away; unmapped ones are skipped.
    void remove_pages(uptr from, uptr to);
    // Where the kernel sees the page around va; null when the program has none there, or not with this
    // permission (kRead, kWrite or kExecute).
    void* page_at(uptr va, u64 permission) const {
        const u64* pte = table_.find(va);
        const u64 wanted = kValid | kUser | permission;
        return pte && (*pte & wanted) == wanted ? virt_of(pte_phys(*pte)) : nullptr;
    }

    // A copy of every page of `from`, for fork. NoMem: this space is to be destroyed.
    Result<> copy_from(const Space& from);

    // sbrk: moves the end of the heap. The old end; NoMem, or Inval below the heap's start. A lazy heap gets
    // its pages from touch().
    Result<uptr> grow(i64 bytes, bool lazy);

    // After an access to va has found no page: makes it, if it is part of the stack or the heap and may be
    // used in this way. False: it may not, or there is no memory.
    bool touch(uptr va, u64 permission);
    uptr brk() const { return brk_; }
    // The stack lies in [bottom, top), the heap above it.
    void set_stack(uptr bottom, uptr top) { stack_bottom_ = bottom, heap_start_ = brk_ = top; }
    usize mapped_bytes() const { return pages_ * kPageSize; }

    // The one this hart translates with: the current process's, in a process's thread.
    static Space* loaded();

    // Makes this hart translate with s (null: the kernel's table alone). Interrupts off.
    static void load(Space* s);
    // In a software interrupt: lets go of a space that is being destroyed.
    static void drop_if_dying();

  private:
    PageTable table_;
    uptr stack_bottom_ = 0;
    uptr heap_start_ = 0;
    uptr brk_ = 0;
    usize pages_ = 0;
    u64 epoch_ = 0;  // how often translations were taken away; see load()
    std::atomic<u32> dying_{0};
};

inline Space* Space::loaded() { return arch::this_hart().space.load(std::memory_order_relaxed); }

}  // namespace mm
