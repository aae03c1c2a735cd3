// GrowingHash: a hash table of objects that are linked into its buckets. It grows and shrinks with the number
// of objects, one bucket at a time (linear hashing), so no operation takes longer than others:
//
//   buckets  | 0 1 2 ... | ... n-1 |
//            the next to split ^
//
// The bucket of a hash is its lowest bits; if that bucket does not exist yet, without the highest of them.
// The first buckets are part of the table, more are in pages.
#pragma once

#include <utility>

#include "net/platform.h"

namespace net {

// T has a member T* for the chain, named by kNext. Not synchronised, except as noted.
template <class T, T* T::*kNext>
class GrowingHash {
  public:
    constexpr GrowingHash() = default;
    GrowingHash(const GrowingHash&) = delete;
    GrowingHash& operator=(const GrowingHash&) = delete;
    constexpr ~GrowingHash() {
        for (Page* p : pages_) {
            if (p) platform::page_free(p);
        }
    }

    // The head of the chain in which objects with this hash are.
    T*& chain(u64 hash) { return bucket(index_of(hash)); }
    // The i-th chain; i < size().
    T*& bucket(usize i) {
        if (i < kFirst) return first_[i];
        return pages_[(i - kFirst) / kEach]->heads[(i - kFirst) % kEach];
    }
    usize size() const { return buckets_; }

    void link(T& t, u64 hash) {
        T*& head = chain(hash);
        t.*kNext = head;
        head = &t;
        objects_++;
    }
    void unlink(T& t, u64 hash) {
        T** at = &chain(hash);
        while (*at != &t) at = &((*at)->*kNext);
        *at = t.*kNext;
        objects_--;
    }

    // Where a walk over the whole table continues.
    class Place {
      public:
        bool at_end() const { return at_end_; }

      private:
        friend class GrowingHash;
        usize bucket_ = 0;  // or a part of it, if buckets were merged meanwhile
        usize left_ = 0;    // that many objects at the end of its chain have not been passed
        u64 resizes_ = 0;   // of the table when left_ was counted; 0: all have not been passed
        bool at_end_ = false;
    };

    // Passes the objects from `from` on to visit(T&), until it returns false; that object is then the next.
    // Stops after kChainsAtOnce chains, too, because the caller holds its lock. If the table changes between
    // two calls, the walk may pass an object twice, but it misses none that is there all the time.
    template <class F>
    void walk(Place& from, F visit) {
        for (usize n = 0; n < kChainsAtOnce && !from.at_end_; n++) {
            if (!walk_chain(from, visit)) return;
            from.at_end_ = !advance(from.bucket_);
        }
    }

    // Memory that the table has besides its own.
    usize bytes() const {
        usize pages = 0;
        for (const Page* p : pages_) pages += p != nullptr;
        return pages * sizeof(Page);
    }

    // Walks over the whole table.
    usize longest_chain() {
        usize longest = 0;
        for (usize i = 0; i < buckets_; i++) {
            const usize n = length(bucket(i));
            if (n > longest) longest = n;
        }
        return longest;
    }

    // To be called after link(): adds buckets until there are two for each object, but at most two, so that
    // no operation takes long. hash_of(T&) is the hash of an object. False: it needs a page for that.
    template <class F>
    bool grow(F hash_of) {
        return split(hash_of) && split(hash_of);
    }
    // To be called after unlink(): removes buckets as long as there are more than four for each object, but
    // at most eight. Returns a page that it no longer needs, or null.
    [[nodiscard]] void* shrink() {
        if (4 * objects_ >= buckets_) return nullptr;
        void* unused = take_unused_page();
        for (int i = 0; i < 8 && !unused && buckets_ > kFirst && 4 * objects_ < buckets_; i++)
            unused = merge();
        return unused;
    }
    // A zeroed page for grow(), which the table keeps. Returns it if it does not need it.
    [[nodiscard]] void* add_page(void* page) {
        if (buckets_ == kMost) return page;
        Page*& place = pages_[(buckets_ - kFirst) / kEach];
        if (place) return page;
        place = static_cast<Page*>(page);
        return nullptr;
    }

  private:
    usize index_of(u64 hash) const {
        const usize i = hash & mask_;
        return i < buckets_ ? i : hash & mask_ >> 1;
    }
    static usize length(const T* t) {
        usize n = 0;
        for (; t; t = t->*kNext) n++;
        return n;
    }

    // New objects come to the front of a chain, so those at its end are the same in the next call.
    template <class F>
    bool walk_chain(Place& from, F& visit) {
        T* t = chain(from.bucket_);
        if (from.resizes_ == resizes_) {
            for (usize n = length(t); n > from.left_; n--) t = t->*kNext;
        }
        for (; t; t = t->*kNext) {
            if (visit(*t)) continue;
            from.left_ = length(t);
            from.resizes_ = resizes_;
            return false;
        }
        from.resizes_ = 0;
        return true;
    }

    // The next bucket of a walk, in the order of the reversed bits: the two halves of a bucket that is split
    // come one after the other, where the whole bucket was. So each hash keeps its place in the order. False:
    // that was the last.
    bool advance(usize& at) const {
        const usize highest = (mask_ >> 1) + 1;
        at = index_of(at);
        usize bit = (at | highest) < buckets_ ? highest : highest >> 1;
        for (; at & bit; bit >>= 1) at ^= bit;
        at |= bit;
        return bit != 0;
    }

    template <class F>
    bool split(F hash_of) {
        if (2 * objects_ <= buckets_ || buckets_ == kMost) return true;
        if (!pages_[(buckets_ - kFirst) / kEach]) return false;
        resizes_++;
        if (buckets_ > mask_) mask_ = mask_ << 1 | 1;
        const usize made = buckets_++;
        T* moving = std::exchange(bucket(made & mask_ >> 1), nullptr);
        while (T* t = moving) {
            moving = t->*kNext;
            T*& head = chain(hash_of(*t));
            t->*kNext = head;
            head = t;
        }
        return true;
    }

    // Removes the last bucket: the opposite of split().
    void* merge() {
        resizes_++;
        const usize last = --buckets_;
        T** end = &bucket(last & mask_ >> 1);
        while (*end) end = &((*end)->*kNext);
        *end = std::exchange(bucket(last), nullptr);
        if (buckets_ == (mask_ >> 1) + 1) mask_ >>= 1;
        return take_unused_page();
    }

    // The page for the next bucket, if no other bucket is in it: its last one was merged, or add_page() got
    // it and the objects that needed it were unlinked.
    void* take_unused_page() {
        if (buckets_ == kMost || (buckets_ - kFirst) % kEach != 0) return nullptr;
        return std::exchange(pages_[(buckets_ - kFirst) / kEach], nullptr);
    }

    static constexpr usize kFirst = 256, kEach = 512, kPages = 64, kMost = kFirst + kEach * kPages;
    static constexpr usize kChainsAtOnce = 256;
    struct Page {
        T* heads[kEach];
    };

    usize buckets_ = kFirst, mask_ = kFirst - 1;
    usize objects_ = 0;
    u64 resizes_ = 1;  // buckets added and removed so far, and one
    T* first_[kFirst] = {};
    Page* pages_[kPages] = {};
};

}  // namespace net
