#include "mm/kalloc.h"

#include <atomic>

#include "arch/hart.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/layout.h"
#include "mm/page_owners.h"
#include "sync/spinlock.h"

namespace mm {
namespace {

struct FreePage {
    FreePage* next;
};

struct PageList {
    FreePage* first = nullptr;
    usize count = 0;

    void push(void* p) {
        auto* page = static_cast<FreePage*>(p);
        page->next = first;
        first = page;
        count++;
    }
    // The list is not empty.
    FreePage* pop() {
        FreePage* page = first;
        first = page->next;
        count--;
        return page;
    }
};

// Pages move between the shared list and a hart's cache in batches, so the lock is taken once for kBatch
// pages.
constexpr unsigned kBatch = 16;
struct alignas(64) HartCache {
    PageList free;
    std::atomic<u32> asked{0};  // 1: another hart has no page left and requests this cache
};

class PageAllocator {
  public:
    void init(u8* from, u8* to) {
        Guard g(lock_);
        total_ = static_cast<usize>(to - from) / kPageSize;
        untouched_ = page_owners_init(from, to);
        end_ = to;
    }

    void* alloc() {
        HartCache& cache = caches_[arch::hart_id()];
        if (cache.free.count == 0 && !refill(cache) && !refill_from_others(cache)) [[unlikely]]
            return nullptr;
        return cache.free.pop();
    }

    void* alloc_code() {
        {
            Guard g(lock_);
            if (code_.count) return code_.pop();
        }
        return alloc();
    }

    void free(void* p) {
        HartCache& cache = caches_[arch::hart_id()];
        if (cache.free.count == 2 * kBatch) spill(cache, kBatch);
        cache.free.push(p);
        hand_over_if_asked();
    }

    void free_code(void* p) {
        Guard g(lock_);
        code_.push(p);
    }

    void hand_over_if_asked() {
        HartCache& cache = caches_[arch::hart_id()];
        if (!cache.asked.load(std::memory_order_relaxed)) [[likely]]
            return;
        spill(cache, cache.free.count);
        cache.asked.store(0, std::memory_order_release);
    }

    usize total() const { return total_; }
    usize free_pages() {
        Guard g(lock_);
        usize n = shared_.count + code_.count + static_cast<usize>(end_ - untouched_) / kPageSize;
        for (const HartCache& c : caches_) n += c.free.count;
        return n;
    }
    bool owns(const void* p) const { return p >= kernel_end && p < end_ && phys_of(p) % kPageSize == 0; }

  private:
    // Unused memory is taken in ascending order instead of from a list: building that list at boot would
    // touch every page, so the host would have to provide all of the RAM.
    bool refill(HartCache& cache) {
        Guard g(lock_);
        while (cache.free.count < kBatch) {
            if (shared_.count) {
                cache.free.push(shared_.pop());
            } else if (untouched_ < end_) {
                cache.free.push(untouched_);
                untouched_ += kPageSize;
            } else if (code_.count) {
                cache.free.push(code_.pop());
            } else {
                break;
            }
        }
        return cache.free.count != 0;
    }

    // Requests the pages in the other harts' caches. A hart that idles or runs a user program hands them over
    // when it takes the interrupt. A hart in the kernel may not answer within kPatience; then it keeps its
    // pages.
    bool refill_from_others(HartCache& cache) {
        constexpr u64 kPatience = arch::kTimebaseHz / 50;
        const unsigned self = arch::hart_id();
        u32 asked = 0;
        for (unsigned i = 0; i < arch::hart_count; i++) {
            if (i == self || caches_[i].free.count == 0) continue;
            asked |= 1u << i;
            caches_[i].asked.store(1, std::memory_order_relaxed);
            arch::send_ipi(i);
        }
        for (const u64 until = arch::read_time() + kPatience; asked && arch::read_time() < until;
             arch::pause()) {
            for (unsigned i = 0; i < arch::hart_count; i++) {
                if (!caches_[i].asked.load(std::memory_order_acquire)) asked &= ~(1u << i);
            }
            hand_over_if_asked();  // two harts may wait for each other
        }
        return refill(cache);
    }

    void spill(HartCache& cache, usize n) {
        Guard g(lock_);
        for (; n > 0; n--) shared_.push(cache.free.pop());
    }

    SpinLock lock_{LockRank::PageAlloc, "pages"};
    PageList shared_ GUARDED_BY(lock_);
    PageList code_ GUARDED_BY(lock_);  // held a program's code
    u8* untouched_ GUARDED_BY(lock_) = nullptr;
    u8* end_ = nullptr;
    usize total_ = 0;
    HartCache caches_[arch::kMaxHarts] = {};
};

constinit PageAllocator pages;

void* poisoned(void* page) {
#ifdef NX6_DEBUG
    if (page) memset(page, 0xa5, kPageSize);  // exposes code that expects zeros
#endif
    return page;
}

void check_and_poison([[maybe_unused]] void* page) {
    DEBUG_ASSERT(pages.owns(page));
#ifdef NX6_DEBUG
    memset(page, 0x5a, kPageSize);  // exposes uses after free
#endif
}

}  // namespace

void page_init(u8* from, u8* to) { pages.init(from, to); }

void* page_alloc() { return poisoned(pages.alloc()); }
void* code_page_alloc() { return poisoned(pages.alloc_code()); }

void* page_alloc_zeroed() {
    void* page = pages.alloc();
    if (page) memset(page, 0, kPageSize);
    return page;
}

void page_free(void* page) {
    check_and_poison(page);
    pages.free(page);
}

void code_page_free(void* page) {
    check_and_poison(page);
    pages.free_code(page);
}

void page_hand_over_if_asked() { pages.hand_over_if_asked(); }

usize pages_total() { return pages.total(); }
usize pages_free() { return pages.free_pages(); }

}  // namespace mm
