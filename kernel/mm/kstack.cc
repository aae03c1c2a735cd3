#include "mm/kstack.h"

#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/vm.h"
#include "sync/spinlock.h"

namespace mm {
namespace {

constexpr unsigned kSlots = NPROC + 32;  // processes, idle threads, kernel threads
constexpr unsigned kWords = (kSlots + 63) / 64;

constexpr uptr top_of(unsigned slot) { return KSTACK_BASE + (slot + 1ul) * KSTACK_SLOT; }

class KernelStacks {
  public:
    Result<KernelStack> alloc() {
        Guard g(lock_);
        for (unsigned w = 0; w < kWords; w++) {
            if (~used_[w] == 0) continue;
            const auto bit = static_cast<unsigned>(__builtin_ctzll(~used_[w]));
            if (w * 64 + bit >= kSlots) break;
            used_[w] |= 1ull << bit;
            return KernelStack{top_of(w * 64 + bit)};
        }
        return Errno::NoMem;
    }

    void free(KernelStack s) {
        const usize slot = (s.top - KSTACK_BASE) / KSTACK_SLOT - 1;
        Guard g(lock_);
        used_[slot / 64] &= ~(1ull << (slot % 64));
    }

  private:
    SpinLock lock_{LockRank::Vm, "kernel stacks"};
    u64 used_[kWords] GUARDED_BY(lock_) = {};
};

constinit KernelStacks stacks;

}  // namespace

void kstack_init() {
    for (unsigned slot = 0; slot < kSlots; slot++) {
        for (uptr va = top_of(slot) - KSTACK_SIZE; va < top_of(slot); va += kPageSize) {
            void* page = page_alloc();
            if (!page ||
                !kernel_page_table().map(va, phys_of(page), kPageSize, kRead | kWrite | kGlobal).ok())
                panic("no memory for kernel stacks");
        }
    }
}

Result<KernelStack> kstack_alloc() { return stacks.alloc(); }
void kstack_free(KernelStack s) { stacks.free(s); }

}  // namespace mm
