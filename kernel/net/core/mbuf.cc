// The mbuf pool: alloc and free touch only the hart's own cache, nearly always; every kBatch-th call moves
// a batch between the cache and the shared list, under the lock.
#include "net/core/mbuf.h"

#include <new>

#include "net/port.h"

namespace net {

// A stack of free mbufs: what was freed last is handed out first, while it is still in the cache.
class MbufStack {
  public:
    bool empty() const { return top_ == nullptr; }
    usize size() const { return size_; }
    void push(Mbuf* m) {
        m->next_ = top_;
        top_ = m;
        size_++;
    }
    Mbuf* pop() {
        Mbuf* m = top_;
        top_ = m->next_;
        m->next_ = nullptr;
        size_--;
        return m;
    }
    void move_to(MbufStack& other, usize n) {
        while (n-- > 0 && !empty()) other.push(pop());
    }
    static Mbuf* make(void* where) { return new (where) Mbuf; }
    static void start_at(Mbuf* m, usize offset) {
        m->offset_ = static_cast<u16>(offset);
        m->length_ = 0;
    }

  private:
    Mbuf* top_ = nullptr;
    usize size_ = 0;
};

namespace {

constexpr usize kBatch = 32;  // mbufs moved at once between a hart and the shared list
constexpr usize kCacheLimit = 2 * kBatch;
constexpr usize kPageSize = 4096;
static_assert(kPageSize / kMbufSize == 2);

struct HartCache {
    MbufStack free;
    u64 exhausted = 0;
};

constinit port::PerHart<HartCache> caches;
constinit port::Lock shared_lock{LockRank::MbufPool, "mbuf pool"};
constinit MbufStack shared GUARDED_BY(shared_lock);
constinit u64 total GUARDED_BY(shared_lock) = 0;

bool refill_from_shared(MbufStack& cache) {
    port::Guard guard(shared_lock);
    shared.move_to(cache, kBatch);
    return !cache.empty();
}

// The limit is claimed first: a page is asked for with no lock held, so two harts may be here at once.
bool claim_page() {
    port::Guard guard(shared_lock);
    if (total + 2 > kMaxMbufs) return false;
    total += 2;
    return true;
}

bool refill_from_page(MbufStack& cache) {
    if (!claim_page()) return false;
    auto* page = static_cast<u8*>(port::page_alloc());
    if (!page) {
        port::Guard guard(shared_lock);
        total -= 2;
        return false;
    }
    cache.push(MbufStack::make(page));
    cache.push(MbufStack::make(page + kMbufSize));
    return true;
}

[[gnu::noinline]] bool refill(HartCache& cache) {
    if (refill_from_shared(cache.free) || refill_from_page(cache.free)) return true;
    cache.exhausted++;
    return false;
}

[[gnu::noinline]] void spill(MbufStack& cache) {
    port::Guard guard(shared_lock);
    cache.move_to(shared, kBatch);
}

}  // namespace

MbufPtr Mbuf::alloc(usize headroom) {
    HartCache& cache = caches.local();
    if (headroom > kMbufSize - sizeof(Mbuf)) [[unlikely]]
        return nullptr;
    if (cache.free.empty() && !refill(cache)) [[unlikely]]
        return nullptr;
    Mbuf* m = cache.free.pop();
    MbufStack::start_at(m, sizeof(Mbuf) + headroom);
    return MbufPtr(m);
}

void MbufFree::operator()(Mbuf* m) const {
    MbufStack& cache = caches.local().free;
    cache.push(m);
    if (cache.size() > kCacheLimit) [[unlikely]]
        spill(cache);
}

MbufUsage mbuf_usage() {
    MbufUsage usage{0, 0, 0};
    for (unsigned hart = 0; hart < port::kMaxHarts; hart++) {
        usage.free += caches.at(hart).free.size();
        usage.exhausted += caches.at(hart).exhausted;
    }
    port::Guard guard(shared_lock);
    usage.free += shared.size();
    usage.total = total;
    return usage;
}

void MbufQueue::push_tail(MbufPtr m) {
    Mbuf* added = m.release();
    added->next_ = nullptr;
    if (tail_)
        tail_->next_ = added;
    else
        head_ = added;
    tail_ = added;
    size_++;
}

void MbufQueue::push_head(MbufPtr m) {
    Mbuf* added = m.release();
    added->next_ = head_;
    head_ = added;
    if (!tail_) tail_ = added;
    size_++;
}

MbufPtr MbufQueue::pop_head() {
    Mbuf* m = head_;
    if (!m) return nullptr;
    head_ = m->next_;
    if (!head_) tail_ = nullptr;
    m->next_ = nullptr;
    size_--;
    return MbufPtr(m);
}

void MbufQueue::take(MbufQueue& other) {
    if (other.empty()) return;
    if (tail_)
        tail_->next_ = other.head_;
    else
        head_ = other.head_;
    tail_ = other.tail_;
    size_ += other.size_;
    other.head_ = other.tail_ = nullptr;
    other.size_ = 0;
}

void MbufQueue::clear() {
    while (head_) pop_head();
}

}  // namespace net
