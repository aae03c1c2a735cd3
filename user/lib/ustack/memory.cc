#include "ustack/memory.h"

#include "lib/string.h"
#include "net/platform.h"
#include "ustack/system.h"

namespace {

constexpr usize kPageSize = 4096;

// Pages that were freed; they stay the stack's.
struct FreePage {
    FreePage* next;
};
constinit FreePage* free_pages = nullptr;

constinit u8* next_packet_page = nullptr;
constinit usize packet_pages_left = 0;

void add_page(void* page) { free_pages = new (page) FreePage{free_pages}; }

// A program needs few pages, or many.
bool grow() {
    constexpr usize kAtOnce = 16;
    auto* more = static_cast<u8*>(ustack::system::more_pages(kAtOnce));
    if (!more) return false;
    for (usize i = kAtOnce; i-- > 0;) add_page(more + i * kPageSize);
    return true;
}

}  // namespace

void ustack::give_packet_memory(u8* first, usize pages) {
    next_packet_page = first;
    packet_pages_left = pages;
}

namespace net::platform {

void* raw_page_alloc() {
    if (!free_pages && !grow()) return nullptr;
    void* page = free_pages;
    free_pages = free_pages->next;
    return page;
}

void* page_alloc() {
    void* page = raw_page_alloc();
    return page ? memset(page, 0, kPageSize) : nullptr;
}

void page_free(void* page) { add_page(page); }

// The kernel bounds what a program has; 64 MiB are more than it needs.
usize memory_pages() { return (64 << 20) / kPageSize; }

void* packet_page_alloc() {
    if (packet_pages_left == 0) return nullptr;
    packet_pages_left--;
    next_packet_page += kPageSize;
    return next_packet_page - kPageSize;
}

}  // namespace net::platform
