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

// Pages move between the shared list and a hart's cache in batches, so the lock is taken once for kBatch
// pages.
constexpr unsigned kBatch = 16;
struct alignas(64) HartCache {
    FreePage* head = nullptr;
    unsigned count = 0;
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
        if (cache.count == 0 && !refill(cache) && !refill_from_others(cache)) [[unlikely]]
            return nullptr;
        FreePage* page = cache.head;
        cache.head = page->next;
        cache.count--;
        return page;
    }

    void free(void* p) {
        HartCache& cache = caches_[arch::hart_id()];
        if (cache.count == 2 * kBatch) spill(cache, kBatch);
        auto* page = static_cast<FreePage*>(p);
        page->next = cache.head;
        cache.head = page;
        cache.count++;
        hand_over_if_asked();
    }

    void hand_over_if_asked() {
        HartCache& cache = caches_[arch::hart_id()];
        if (!cache.asked.load(std::memory_order_relaxed)) [[likely]]
            return;
        spill(cache, cache.count);
        cache.asked.store(0, std::memory_order_release);
    }

    usize total() const { return total_; }
    usize free_pages() {
        Guard g(lock_);
        usize n = shared_count_ + static_cast<usize>(end_ - untouched_) / kPageSize;
        for (const HartCache& c : caches_) n += c.count;
        return n;
    }
    bool owns(const void* p) const { return p >= kernel_end && p < end_ && phys_of(p) % kPageSize == 0; }

  private:
    // Unused memory is taken in ascending order instead of from a list: building that list at boot would
    // touch every page, so the host would have to provide all of the RAM.
    bool refill(HartCache& cache) {
        Guard g(lock_);
        for (unsigned i = 0; i < kBatch; i++) {
            FreePage* page = shared_;
            if (page) {
                shared_ = page->next;
                shared_count_--;
            } else if (untouched_ < end_) {
                page = reinterpret_cast<FreePage*>(untouched_);
                untouched_ += kPageSize;
            } else {
                break;
            }
            page->next = cache.head;
            cache.head = page;
            cache.count++;
        }
        return cache.count != 0;
    }

    // Requests the pages in the other harts' caches. A hart that idles or runs a user program hands them over
    // when it takes the interrupt. A hart in the kernel may not answer within kPatience; then it keeps its
    // pages.
    bool refill_from_others(HartCache& cache) {
        constexpr u64 kPatience = arch::kTimebaseHz / 50;
        const unsigned self = arch::hart_id();
        u32 asked = 0;
        for (unsigned i = 0; i < arch::hart_count; i++) {
            if (i == self || caches_[i].count == 0) continue;
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

    void spill(HartCache& cache, unsigned n) {
        Guard g(lock_);
        for (unsigned i = 0; i < n; i++) {
            FreePage* page = cache.head;
            cache.head = page->next;
            page->next = shared_;
            shared_ = page;
        }
        cache.count -= n;
        shared_count_ += n;
    }

    SpinLock lock_{LockRank::PageAlloc, "pages"};
    FreePage* shared_ GUARDED_BY(lock_) = nullptr;
    usize shared_count_ GUARDED_BY(lock_) = 0;
    u8* untouched_ GUARDED_BY(lock_) = nullptr;
    u8* end_ = nullptr;
    usize total_ = 0;
    HartCache caches_[arch::kMaxHarts] = {};
};

constinit PageAllocator pages;

}  // namespace

void page_init(u8* from, u8* to) { pages.init(from, to); }

void* page_alloc() {
    void* page = pages.alloc();
#ifdef NX6_DEBUG
    if (page) memset(page, 0xa5, kPageSize);  // exposes code that expects zeros
#endif
    return page;
}

void* page_alloc_zeroed() {
    void* page = pages.alloc();
    if (page) memset(page, 0, kPageSize);
    return page;
}

void page_free(void* page) {
    DEBUG_ASSERT(pages.owns(page));
#ifdef NX6_DEBUG
    memset(page, 0x5a, kPageSize);  // exposes uses after free
#endif
    pages.free(page);
}

void page_hand_over_if_asked() { pages.hand_over_if_asked(); }

usize pages_total() { return pages.total(); }
usize pages_free() { return pages.free_pages(); }

}  // namespace mm
