// PageQueue: a FIFO queue of bytes in pages. An empty queue has none.
//
//   head_                                             tail_
//   | read | readable ....... | readable .... | filled .. | space |
//          ^ first_                                       ^ last_
//
// One thread fills the queue while another one reads it; both copy with no lock held. A range of bytes that
// space() or next() returned stays valid until the same thread calls fill(), undo() or drop().
#pragma once

#include "lib/types.h"

namespace ipc {

// Not synchronised, except for the ranges of bytes.
class PageQueue {
  public:
    PageQueue() = default;
    ~PageQueue() { clear(); }
    PageQueue(const PageQueue&) = delete;
    PageQueue& operator=(const PageQueue&) = delete;

    usize readable() const { return readable_; }
    u32 pages() const { return pages_; }

    // --- the thread that fills it
    // The free bytes at the end, as one range. Empty: add a page first.
    MutBytes space();
    void add(void* page);
    // The next n of these bytes are filled.
    void fill(usize n) { last_ += static_cast<u32>(n), filled_ += n; }
    // What is filled can be read from now on.
    void commit() { readable_ += filled_, filled_ = 0; }
    // Forgets what is filled and not committed.
    void undo();

    // --- the thread that reads it
    struct Page;
    struct Cursor {
        Page* page;
        u32 at;
    };
    Cursor begin() const { return {head_, first_}; }
    // The next at most n bytes as one range, and moves the cursor behind them. There must be n bytes.
    static Bytes next(Cursor& c, usize n);
    // Removes the first n bytes, and frees pages that are read to their end.
    void drop(usize n);

    // Frees all pages. Nobody fills or reads it.
    void clear();

  private:
    void free_after(Page* last);

    Page* head_ = nullptr;
    Page* tail_ = nullptr;
    u32 first_ = 0;  // in head_
    u32 last_ = 0;   // in tail_
    u32 pages_ = 0;
    usize readable_ = 0;
    usize filled_ = 0;
};

}  // namespace ipc
