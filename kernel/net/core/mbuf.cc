// The mbuf pool: alloc and free normally access only the hart's own cache. Every kBatch-th call moves a batch
// between the cache and the shared list, under the lock.
#include "net/core/mbuf.h"

#include <new>

#include "lib/string.h"
#include "net/platform.h"

namespace net {

// A stack of free mbufs: the mbuf freed last is allocated first, because it is likely to be in the CPU cache.
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

constexpr usize kBatch = 32;  // mbufs moved at once between a hart's cache and the shared list
constexpr usize kCacheLimit = 3 * kBatch;
constexpr usize kPageSize = 4096;
static_assert(kPageSize / kMbufSize == 2);

struct HartCache {
    MbufStack free;
    u64 exhausted = 0;
};

constinit platform::PerHart<HartCache> caches;
constinit platform::Lock shared_lock{LockRank::MbufPool, "mbuf pool"};
constinit MbufStack shared GUARDED_BY(shared_lock);
constinit u64 total GUARDED_BY(shared_lock) = 0;

bool refill_from_shared(MbufStack& cache) {
    platform::Guard guard(shared_lock);
    shared.move_to(cache, kBatch);
    return !cache.empty();
}

// Reserves two mbufs of the limit before the page is allocated, because that must happen without the lock.
bool claim_page() {
    platform::Guard guard(shared_lock);
    if (total + 2 > kMaxMbufs) return false;
    total += 2;
    return true;
}

bool refill_from_page(MbufStack& cache) {
    if (!claim_page()) return false;
    auto* page = static_cast<u8*>(platform::packet_page_alloc());
    if (!page) {
        platform::Guard guard(shared_lock);
        total -= 2;
        return false;
    }
    cache.push(MbufStack::make(page));
    cache.push(MbufStack::make(page + kMbufSize));
    return true;
}

bool refill(HartCache& cache) {
    if (!cache.free.empty()) return true;
    if (refill_from_shared(cache.free) || refill_from_page(cache.free)) return true;
    cache.exhausted++;
    return false;
}

[[gnu::noinline]] void spill(MbufStack& cache) {
    platform::Guard guard(shared_lock);
    cache.move_to(shared, kBatch);
}

}  // namespace

[[gnu::noinline]] MbufPtr Mbuf::alloc_slowly(usize headroom) {
    if (headroom > kMbufRoom || !refill(caches.local())) return nullptr;
    return alloc(headroom);
}

MbufPtr Mbuf::alloc(usize headroom) {
    HartCache& cache = caches.local();
    if (platform::allocation_fails()) return cache.exhausted++, nullptr;
    if (cache.free.empty() || headroom > kMbufRoom) [[unlikely]]
        return alloc_slowly(headroom);
    Mbuf* m = cache.free.pop();
    MbufStack::start_at(m, sizeof(Mbuf) + headroom);
    return MbufPtr(m);
}

// A loop, not recursion: a chain may be long.
static void free_chain(MbufPtr m) {
    while (m) m = m->detach();
}

void MbufFragment::release() const {
    const i64 owner = owner_and_size_ >> 16;
    if (owner & kForeign) [[unlikely]]
        return reinterpret_cast<MbufMemory*>(owner & ~kForeign)->release();
    MbufPtr released(reinterpret_cast<Mbuf*>(owner));
}

// Releases fragments from the end, until their bytes are n.
void Mbuf::trim_fragments_to(usize n) {
    while (fragments_length_ > n) {
        MbufFragment& last = fragment(fragments_ - 1u);
        const usize size = last.size(), excess = fragments_length_ - n;
        if (excess < size) return fragments_length_ = static_cast<u32>(n), last.trim(excess);
        last.release();
        fragments_--;
        fragments_length_ -= static_cast<u32>(size);
    }
}

[[gnu::noinline]] void Mbuf::consume_fragments(usize n) {
    n -= length_;
    pull(length_);
    fragments_length_ -= static_cast<u32>(n);
    u8 gone = 0;
    for (; n > 0 && n >= fragment(gone).size(); gone++) {
        n -= fragment(gone).size();
        fragment(gone).release();
    }
    if (n > 0) fragment(gone).pull(n);
    fragments_ = static_cast<u8>(fragments_ - gone);
    for (usize i = 0; i < fragments_; i++) fragment(i) = fragment(i + gone);
}

// True: no fragment of another packet uses the mbuf any more.
inline bool Mbuf::drop_ref() {
    if (refs_.load(std::memory_order_acquire) != 0 && refs_.fetch_sub(1, std::memory_order_acq_rel) != 0)
        return false;
    refs_.store(0, std::memory_order_relaxed);
    return true;
}

// Releases the mbuf's fragments and the rest of its chain.
void Mbuf::empty() {
    release_fragments();
    set_offload(Offload::None);
    free_chain(detach());
}

static inline void give_back(Mbuf* m) {
    MbufStack& cache = caches.local().free;
    cache.push(m);
    if (cache.size() > kCacheLimit) [[unlikely]]
        spill(cache);
}

[[gnu::noinline]] void MbufFree::free_shared(Mbuf* m) {
    if (!m->drop_ref()) return;
    m->empty();
    give_back(m);
}

void MbufFree::operator()(Mbuf* m) const {
    if (!m->is_plain()) [[unlikely]]
        return free_shared(m);
    give_back(m);
}

template <class Owner>
bool Mbuf::add_fragment(Owner& owner, const u8* from, usize n) {
    MbufFragment& next = fragment(fragments_);
    if (reinterpret_cast<u8*>(&next) < data() + length_ || fragments_ == 255) return false;
    next = MbufFragment(owner, from, n);
    fragments_++;
    fragments_length_ += static_cast<u32>(n);
    return true;
}

bool Mbuf::attach(Mbuf& owner, const u8* from, usize n) {
    if (!add_fragment(owner, from, n)) return false;
    owner.refs_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool Mbuf::attach(MbufMemory& owner, const u8* from, usize n) { return add_fragment(owner, from, n); }

bool Mbuf::flatten() {
    const usize all = chain_length();
    if (all > kMbufSize - offset_ - fragments_ * sizeof(MbufFragment)) return false;
    u8* to = data();
    for_each_range([&to, this](Bytes b) {
        if (b.data() != data()) memcpy(to, b.data(), b.size());
        to += b.size();
    });
    length_ = static_cast<u16>(all);
    release_fragments();
    free_chain(detach());
    return true;
}

usize Mbuf::chain_length() const {
    usize n = 0;
    for (const Mbuf* m = this; m; m = m->more_) n += m->whole_length();
    return n;
}

usize Mbuf::chain_count() const {
    usize n = 0;
    for (const Mbuf* m = this; m; m = m->more_) n++;
    return n;
}

void Mbuf::chain_trim_to(usize n) {
    Mbuf* m = this;
    for (; n > m->whole_length() && m->more_; m = m->more_) n -= m->whole_length();
    m->trim_fragments_to(n > m->length_ ? n - m->length_ : 0);
    m->trim_to(n);
    m->detach();
}

MbufUsage mbuf_usage() {
    MbufUsage usage{0, 0, 0};
    for (unsigned hart = 0; hart < platform::kMaxHarts; hart++) {
        usage.free += caches.at(hart).free.size();
        usage.exhausted += caches.at(hart).exhausted;
    }
    platform::Guard guard(shared_lock);
    usage.free += shared.size();
    usage.total = total;
    return usage;
}

void MbufQueue::push_head(MbufPtr m) {
    Mbuf* added = m.release();
    added->next_ = head_;
    head_ = added;
    if (!tail_) tail_ = added;
    size_++;
}

void MbufQueue::insert_after(Mbuf* at, MbufPtr m) {
    if (!at) return push_head(std::move(m));
    if (at == tail_) return push_tail(std::move(m));
    Mbuf* added = m.release();
    added->next_ = at->next_;
    at->next_ = added;
    size_++;
}

MbufPtr MbufQueue::take_after(Mbuf* at) {
    if (!at) return pop_head();
    MbufPtr taken(at->next_);
    at->next_ = std::exchange(taken->next_, nullptr);
    if (tail_ == taken.get()) tail_ = at;
    size_--;
    return taken;
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
