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
    T*& chain(u64 hash) {
        const usize i = hash & mask_;
        return bucket(i < buckets_ ? i : hash & mask_ >> 1);
    }
    // The i-th chain, for walks over the whole table; i < size().
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
        forget_position();
    }
    void unlink(T& t, u64 hash) {
        T** at = &chain(hash);
        while (*at != &t) at = &((*at)->*kNext);
        *at = t.*kNext;
        objects_--;
        forget_position();
    }

    // The index-th object for which wanted(T&) is true, in any order. Null past the last; then *all, if not
    // null, is their number. With ascending indexes and no changes it continues where it stopped, so a list
    // of all costs one walk; index 0 begins a new one. There must be only one `wanted` for each table.
    template <class F>
    T* at(usize index, F wanted, usize* all) {
        if (index == 0 || index < passed_) forget_position();
        for (; position_ < buckets_; position_++) {
            usize n = passed_;
            for (T* t = bucket(position_); t; t = t->*kNext) {
                if (wanted(*t) && n++ == index) return t;
            }
            passed_ = n;
        }
        if (all) *all = passed_;
        return nullptr;
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
            usize n = 0;
            for (T* t = bucket(i); t; t = t->*kNext) n++;
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
    template <class F>
    bool split(F hash_of) {
        if (2 * objects_ <= buckets_ || buckets_ == kMost) return true;
        if (!pages_[(buckets_ - kFirst) / kEach]) return false;
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

    void forget_position() { position_ = passed_ = 0; }

    static constexpr usize kFirst = 256, kEach = 512, kPages = 64, kMost = kFirst + kEach * kPages;
    struct Page {
        T* heads[kEach];
    };

    usize buckets_ = kFirst, mask_ = kFirst - 1;
    usize objects_ = 0;
    usize position_ = 0, passed_ = 0;  // of at(): a bucket, and how many wanted objects are before it
    T* first_[kFirst] = {};
    Page* pages_[kPages] = {};
};

}  // namespace net
