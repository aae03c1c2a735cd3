#include "mm/vm.h"

#include <new>

#include "arch/hart.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/kstack.h"
#include "mm/page_owners.h"

namespace mm {
namespace {

constinit PageTable kernel_table;

constexpr u64 kGiB = 1ull << 30;
constexpr u64 kDevicesEnd = 2 * kGiB;        // UART, PLIC, CLINT, virtio, PCI ECAM and its 32-bit window
constexpr u64 kPciWindow64 = 0x4'0000'0000;  // PCI's 64-bit window
constexpr unsigned kUpperHalf = 256;         // index of the first kernel entry in the root table

void map_kernel(u64 from, u64 to, u64 bits) {
    const uptr va = reinterpret_cast<uptr>(virt_of(from));
    if (!kernel_table.map(va, from, to - from, bits | kGlobal, true).ok())
        panic("no memory for the kernel's page table");
}

}  // namespace

PageTable& kernel_page_table() { return kernel_table; }

void kernel_vm_init(u64 ram_end) {
    kernel_table = PageTable(page_alloc_zeroed());
    const u64 text_end = phys_of(kernel_text_end);
    const u64 rodata_end = phys_of(kernel_rodata_end);
    map_kernel(0, kDevicesEnd, kRead | kWrite);
    map_kernel(RAM_BASE, text_end, kRead | kExecute);
    map_kernel(text_end, rodata_end, kRead);
    map_kernel(rodata_end, ram_end, kRead | kWrite);
    if (ram_end <= kPciWindow64) map_kernel(kPciWindow64, kPciWindow64 + kGiB, kRead | kWrite);

    kstack_init();  // before processes copy the upper half of the table
    kernel_vm_load();
}

void kernel_vm_load() { arch::load_page_table(kernel_table.satp()); }

Result<Space*> Space::create() {
    void* memory = page_alloc_zeroed();
    void* root = page_alloc_zeroed();
    if (!memory || !root) {
        if (memory) page_free(memory);
        if (root) page_free(root);
        return Errno::NoMem;
    }
    auto* s = new (memory) Space;
    s->table_ = PageTable(root);
    memcpy(s->table_.root() + kUpperHalf, kernel_table.root() + kUpperHalf, 256 * sizeof(u64));
    return s;
}

void Space::destroy(Space* s) {
    s->dying_.store(1, std::memory_order_seq_cst);
    for (unsigned i = 0; i < arch::hart_count; i++) {
        if (arch::harts[i].space.load() != s) continue;
        if (i == arch::hart_id()) {
            load(nullptr);
        } else {
            arch::send_ipi(i);
            while (arch::harts[i].space.load() == s) arch::pause();
        }
    }
    s->table_.free_range(0, kUpperHalf);
    for (Region& r : s->regions_) r = {};
    page_free(s->table_.root());
    page_free(s);
}

Result<> Space::add_pages(uptr from, uptr to, u64 permissions, Contents contents) {
    for (uptr va = from; va < to; va += kPageSize) {
        void* page = permissions & kExecute ? code_page_alloc() : page_alloc();
        if (page && contents == Contents::Zero) memset(page, 0, kPageSize);
        if (!page || !table_.map(va, phys_of(page), kPageSize, permissions | kUser).ok()) {
            if (page) page_drop(page, permissions & kExecute);
            remove_pages(from, va);
            return Errno::NoMem;
        }
        pages_++;
    }
    return {};
}

void Space::remove_pages(uptr from, uptr to) {
    uptr va = from;
    for (u64* pte; (pte = table_.next(va, to)); va += kPageSize) {
        page_drop(virt_of(pte_phys(*pte)), *pte & kExecute);
        *pte = 0;
        pages_--;
    }
    forget_translations();
}

// After a change of the table: flushes this hart's TLB. A hart that kept this space loaded meanwhile compares
// the epochs in load().
void Space::forget_translations() {
    epoch_++;
    if (arch::this_hart().space.load(std::memory_order_relaxed) != this) return;
    arch::this_hart().space_epoch = epoch_;
    arch::flush_tlb();
}

// The same after a change of one page's entry.
void Space::forget_translation(uptr va) {
    epoch_++;
    if (arch::this_hart().space.load(std::memory_order_relaxed) != this) return;
    arch::this_hart().space_epoch = epoch_;
    arch::flush_tlb_page(va);
}

Result<uptr> Space::grow(i64 bytes, bool lazy) {
    const uptr old = brk_;
    const uptr wanted = old + static_cast<uptr>(bytes);
    if (bytes < 0 && (wanted > old || wanted < heap_start_)) return Errno::Inval;
    if (bytes > 0 && (wanted < old || wanted > lowest_shared())) return Errno::NoMem;
    if (!lazy && round_up(wanted) > round_up(old))
        TRY(add_pages(round_up(old), round_up(wanted), kRead | kWrite));
    if (round_up(wanted) < round_up(old)) remove_pages(round_up(wanted), round_up(old));
    brk_ = wanted;
    return old;
}

// If the entry allows the access, the fault came from a stale TLB entry: a CPU may cache invalid entries too.
Result<> Space::touch(uptr va, u64 permission) {
    if (va >= kUserEnd) return Errno::Fault;
    u64* pte = table_.find(va);
    if (pte && *pte) {
        if (permission == kWrite && *pte & kCopyOnWrite) return make_own(*pte, va);
        if (!page_at(va, permission)) return Errno::Fault;
        arch::flush_tlb_page(va);
        return {};
    }
    if (va < stack_bottom_ || va >= brk_) return Errno::Fault;
    return add_pages(round_down(va), round_down(va) + kPageSize, kRead | kWrite);
}

// Loading satp flushes the hart's TLB. So a hart keeps the last space loaded while it idles or runs kernel
// threads, and does not reload the same space, unless its epoch shows that another hart has unmapped pages
// meanwhile.
void Space::load(Space* s) {
    arch::Hart& hart = arch::this_hart();
    if (hart.space.load(std::memory_order_relaxed) == s && (!s || hart.space_epoch == s->epoch_)) return;
    arch::load_page_table(s ? s->table_.satp() : kernel_table.satp());
    hart.space_epoch = s ? s->epoch_ : 0;
    hart.space.store(s);
}

void Space::drop_if_dying() {
    const Space* s = arch::this_hart().space.load(std::memory_order_relaxed);
    if (s && s->dying_.load()) load(nullptr);
}

}  // namespace mm
