// PageQueue: a FIFO queue of bytes in pages, of a pipe or an AF_UNIX socket.
//
//   head_                                             tail_
//   | read | readable ....... | readable .... | filled .. | space |
//          ^ first_                                       ^ last_
//
// One thread fills the queue while another one reads it; both copy with no lock held. A range of bytes that
// space() or next() returned stays valid until the same thread calls fill(), undo() or drop().
#pragma once

#include "lib/types.h"

namespace mm {

// Not synchronised, except for the ranges of bytes.
class PageQueue {
  public:
    struct Page {
        static constexpr u32 kRoom = 4096 - sizeof(void*);
        Page* next;
        u8 bytes[kRoom];
    };

    PageQueue() = default;
    ~PageQueue() { clear(); }
    PageQueue(const PageQueue&) = delete;
    PageQueue& operator=(const PageQueue&) = delete;

    usize readable() const { return readable_; }
    u32 pages() const { return pages_; }

    // --- the thread that fills it
    // The free bytes at the end, as one range. Empty: add a page first.
    MutBytes space() {
        if (!tail_) return {};
        return {tail_->bytes + last_, Page::kRoom - last_};
    }
    void add(void* page);
    // The next n of these bytes are filled. It changes nothing that the reading thread uses.
    void fill(usize n) { last_ += static_cast<u32>(n), filled_ += n; }
    // What is filled can be read from now on.
    void commit() { readable_ += filled_, filled_ = 0; }
    // Forgets what is filled and not committed.
    void undo();

    // --- the thread that reads it
    struct Cursor {
        Page* page;
        u32 at;
    };
    Cursor begin() const { return {head_, first_}; }
    // The next at most n bytes as one range, and moves the cursor behind them. There must be n bytes.
    static Bytes next(Cursor& c, usize n) {
        if (c.at == Page::kRoom) c = {c.page->next, 0};
        const usize part = n < Page::kRoom - c.at ? n : Page::kRoom - c.at;
        const Bytes range(c.page->bytes + c.at, part);
        c.at += static_cast<u32>(part);
        return range;
    }
    // Removes the first n bytes, and frees pages that are read to their end.
    void drop(usize n) {
        readable_ -= n;
        if (n < Page::kRoom - first_) [[likely]]
            first_ += static_cast<u32>(n);
        else
            drop_pages(n);
    }

    // Frees all pages. Nobody fills or reads it.
    void clear();

  private:
    void free_after(Page* last);
    void drop_pages(usize n);

    Page* head_ = nullptr;
    Page* tail_ = nullptr;
    u32 first_ = 0;  // in head_
    u32 last_ = 0;   // in tail_
    u32 pages_ = 0;
    usize readable_ = 0;
    usize filled_ = 0;
};

}  // namespace mm
