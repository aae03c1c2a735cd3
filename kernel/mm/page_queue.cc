#include "mm/page_queue.h"

#include <new>

#include "mm/kalloc.h"

namespace mm {

namespace {
constexpr usize min(usize a, usize b) { return a < b ? a : b; }
}  // namespace

void PageQueue::add(void* page) {
    static_assert(sizeof(Page) == 4096);
    auto* p = static_cast<Page*>(page);
    p->next = nullptr;
    if (!tail_) first_ = 0;
    (tail_ ? tail_->next : head_) = p;
    tail_ = p;
    last_ = 0;
    pages_++;
}

void PageQueue::undo() {
    filled_ = 0;
    if (!head_) return;
    usize rest = readable_;
    Page* p = head_;
    u32 from = first_;
    for (; rest > Page::kRoom - from; p = p->next) rest -= Page::kRoom - from, from = 0;
    free_after(p);
    last_ = from + static_cast<u32>(rest);
}

void PageQueue::free_after(Page* last) {
    for (Page* p = last->next; p; pages_--) {
        Page* next = p->next;
        page_free(p);
        p = next;
    }
    last->next = nullptr;
    tail_ = last;
}

void PageQueue::drop_pages(usize n) {
    while (n > 0) {
        const usize part = min(n, Page::kRoom - first_);
        first_ += static_cast<u32>(part);
        n -= part;
        if (first_ < Page::kRoom) return;
        Page* read = head_;
        head_ = read->next;
        if (!head_) tail_ = nullptr;
        first_ = 0;
        pages_--;
        page_free(read);
    }
}

void PageQueue::clear() {
    if (head_) {
        free_after(head_);
        page_free(head_);
    }
    head_ = tail_ = nullptr;
    first_ = last_ = pages_ = 0;
    readable_ = filled_ = 0;
}

}  // namespace mm
