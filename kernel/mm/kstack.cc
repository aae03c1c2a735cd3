#include "mm/kstack.h"

#include "arch/hart.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/vm.h"
#include "sync/spinlock.h"

namespace mm {
namespace {

constexpr unsigned kSlots = NPROC + 32;  // processes, idle threads, kernel threads
constexpr unsigned kWords = (kSlots + 63) / 64;

class KernelStacks {
  public:
    Result<KernelStack> alloc() {
        void* low = page_alloc();
        void* high = page_alloc();
        if (low && high) {
            Guard g(lock_);
            const int slot = claim_slot_locked();
            if (slot >= 0) {
                const uptr top = KSTACK_BASE + (static_cast<uptr>(slot) + 1) * KSTACK_SLOT;
                if (map_locked(top, low, high)) return KernelStack{top, static_cast<u8*>(high), ++epoch_};
                used_[slot / 64] &= ~(1ull << (slot % 64));
            }
        }
        if (low) page_free(low);
        if (high) page_free(high);
        return Errno::NoMem;
    }

    void free(KernelStack s) {
        Guard g(lock_);
        for (uptr va = s.top - KSTACK_SIZE; va < s.top; va += kPageSize) {
            u64* pte = kernel_page_table().find(va);
            page_free(virt_of(pte_phys(*pte)));
            *pte = 0;
        }
        const usize slot = (s.top - KSTACK_BASE) / KSTACK_SLOT - 1;
        used_[slot / 64] &= ~(1ull << (slot % 64));
    }

    u64 epoch() const { return epoch_.load(std::memory_order_relaxed); }

  private:
    int claim_slot_locked() REQUIRES(lock_) {
        for (unsigned w = 0; w < kWords; w++) {
            if (~used_[w] == 0) continue;
            const auto bit = static_cast<unsigned>(__builtin_ctzll(~used_[w]));
            if (w * 64 + bit >= kSlots) return -1;
            used_[w] |= 1ull << bit;
            return static_cast<int>(w * 64 + bit);
        }
        return -1;
    }

    static bool map_locked(uptr top, void* low, void* high) {
        const PageTable& table = kernel_page_table();
        if (!table.find_or_make(top - kPageSize) || !table.find_or_make(top - 2 * kPageSize)) return false;
        const u64 bits = kRead | kWrite | kGlobal;
        return table.map(top - 2 * kPageSize, phys_of(low), kPageSize, bits).ok() &&
               table.map(top - kPageSize, phys_of(high), kPageSize, bits).ok();
    }

    SpinLock lock_{LockRank::Vm, "kernel stacks"};
    u64 used_[kWords] GUARDED_BY(lock_) = {};
    std::atomic<u64> epoch_{0};
};

constinit KernelStacks stacks;

}  // namespace

Result<KernelStack> kstack_alloc() { return stacks.alloc(); }
void kstack_free(KernelStack s) { stacks.free(s); }

// Unmapping does not interrupt the other harts. Instead each mapping gets a number, and a hart that last
// flushed its TLB before that number was given flushes it before it uses the mapping.
void kstack_flush(const KernelStack& stack) {
    arch::Hart& hart = arch::this_hart();
    if (hart.stack_epoch >= stack.epoch) return;
    hart.stack_epoch = stacks.epoch();
    arch::flush_tlb();
}

}  // namespace mm
