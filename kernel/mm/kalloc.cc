#include "mm/kalloc.h"

#include "arch/hart.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/layout.h"
#include "sync/spinlock.h"

namespace mm {
namespace {

struct FreePage {
    FreePage* next;
};

// The last hart's pages move to the shared list in batches, so that the lock is taken once in kBatch times.
constexpr unsigned kBatch = 16;
struct alignas(64) HartCache {
    FreePage* head = nullptr;
    unsigned count = 0;
};

class PageAllocator {
  public:
    void init(u8* from, u8* to) {
        Guard g(lock_);
        untouched_ = from;
        end_ = to;
        total_ = static_cast<usize>(to - from) / kPageSize;
    }

    void* alloc() {
        HartCache& cache = caches_[arch::hart_id()];
        if (cache.count == 0 && !refill(cache)) [[unlikely]]
            return nullptr;
        FreePage* page = cache.head;
        cache.head = page->next;
        cache.count--;
        return page;
    }

    void free(void* p) {
        HartCache& cache = caches_[arch::hart_id()];
        if (cache.count == 2 * kBatch) spill(cache);
        auto* page = static_cast<FreePage*>(p);
        page->next = cache.head;
        cache.head = page;
        cache.count++;
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
    // Memory that was never used is taken from the end of the image upwards: linking all of it into a list at
    // boot would touch every page, and make the host provide it.
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

    void spill(HartCache& cache) {
        Guard g(lock_);
        for (unsigned i = 0; i < kBatch; i++) {
            FreePage* page = cache.head;
            cache.head = page->next;
            page->next = shared_;
            shared_ = page;
        }
        cache.count -= kBatch;
        shared_count_ += kBatch;
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
    if (page) memset(page, 0xa5, kPageSize);  // whoever counts on zeros finds out
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
    memset(page, 0x5a, kPageSize);  // whoever still uses it finds out
#endif
    pages.free(page);
}

usize pages_total() { return pages.total(); }
usize pages_free() { return pages.free_pages(); }

}  // namespace mm
