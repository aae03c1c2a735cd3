// malloc: a first-fit free list in address order, so that adjacent free blocks can be merged.
//
//   | size | used bytes ... |      a block in use; the size includes the header
//   | size | next |   ...   |      a free block
//
// After K&R section 8.7, except that the list is not circular.
#include "user.h"

namespace {

struct Block {
    unsigned long size;  // bytes, the header included; a multiple of kAlign
    Block* next;         // only while free

    char* end() { return reinterpret_cast<char*>(this) + size; }
};

constexpr unsigned long kAlign = 16;
constexpr unsigned long kHeader = 16;       // a multiple of kAlign, so that the caller's bytes are aligned
constexpr unsigned long kGrow = 16 * 4096;  // the least that is requested from the kernel
constexpr unsigned long kMost = 1ul << 30;

constinit Block* free_list = nullptr;

// Puts a block back in address order and merges it with adjacent free blocks.
void give_back(Block* block) {
    Block** at = &free_list;
    Block* before = nullptr;
    while (*at && *at < block) {
        before = *at;
        at = &(*at)->next;
    }
    block->next = *at;
    *at = block;
    if (block->next && block->end() == reinterpret_cast<char*>(block->next)) {
        block->size += block->next->size;
        block->next = block->next->next;
    }
    if (before && before->end() == reinterpret_cast<char*>(block)) {
        before->size += block->size;
        before->next = block->next;
    }
}

// Takes size bytes from the first free block that is large enough; the rest of it stays free.
void* take(unsigned long size) {
    for (Block** at = &free_list; *at; at = &(*at)->next) {
        Block* block = *at;
        if (block->size < size) continue;
        if (block->size - size >= kHeader + kAlign) {
            auto* rest = reinterpret_cast<Block*>(reinterpret_cast<char*>(block) + size);
            rest->size = block->size - size;
            rest->next = block->next;
            *at = rest;
            block->size = size;
        } else {
            *at = block->next;
        }
        return reinterpret_cast<char*>(block) + kHeader;
    }
    return nullptr;
}

bool grow(unsigned long size) {
    size = size > kGrow ? (size + 4095) & ~4095ul : kGrow;
    char* at = sbrk(static_cast<int>(size));
    if (at == reinterpret_cast<char*>(-1l)) return false;
    // A program may have moved the break itself, so align it.
    const unsigned long skip = -reinterpret_cast<unsigned long>(at) & (kAlign - 1);
    auto* block = reinterpret_cast<Block*>(at + skip);
    block->size = (size - skip) & ~(kAlign - 1);
    give_back(block);
    return true;
}

}  // namespace

extern "C" {

void* malloc(unsigned long n) {
    if (n > kMost) return nullptr;
    const unsigned long size = (n + kHeader + kAlign - 1) & ~(kAlign - 1);
    void* p = take(size);
    // Aligning may cost up to kAlign bytes.
    if (!p && grow(size + kAlign)) p = take(size);
    return p;
}

void free(void* p) {
    if (p) give_back(reinterpret_cast<Block*>(static_cast<char*>(p) - kHeader));
}

void* calloc(unsigned long count, unsigned long n) {
    if (n && count > kMost / n) return nullptr;
    void* p = malloc(count * n);
    return p ? memset(p, 0, count * n) : nullptr;
}

void* realloc(void* p, unsigned long n) {
    if (!p) return malloc(n);
    const unsigned long room = reinterpret_cast<Block*>(static_cast<char*>(p) - kHeader)->size - kHeader;
    if (n <= room && n >= room / 2) return p;
    void* moved = malloc(n);
    if (!moved) return nullptr;
    memcpy(moved, p, n < room ? n : room);
    free(p);
    return moved;
}

unsigned long malloc_usable_size(void* p) {
    return p ? reinterpret_cast<Block*>(static_cast<char*>(p) - kHeader)->size - kHeader : 0;
}

// Allocates more than needed; the part in front of the first aligned address becomes a free block.
void* aligned_alloc(unsigned long alignment, unsigned long n) {
    if (alignment > kMost || n > kMost || (alignment & (alignment - 1))) return nullptr;
    auto* p = static_cast<char*>(malloc(alignment <= kAlign ? n : n + alignment + kHeader + kAlign));
    if (!p || (reinterpret_cast<unsigned long>(p) & (alignment - 1)) == 0) return p;
    const unsigned long least = reinterpret_cast<unsigned long>(p) + kHeader + kAlign;
    auto* aligned = reinterpret_cast<char*>((least + alignment - 1) & ~(alignment - 1));
    auto* front = reinterpret_cast<Block*>(p - kHeader);
    auto* block = reinterpret_cast<Block*>(aligned - kHeader);
    block->size = front->size - static_cast<unsigned long>(aligned - p);
    front->size = static_cast<unsigned long>(aligned - p);
    give_back(front);
    return aligned;
}

int posix_posix_memalign(void** p, unsigned long alignment, unsigned long n) {
    if (alignment < sizeof(void*) || (alignment & (alignment - 1))) return EINVAL;
    void* block = aligned_alloc(alignment, n);
    if (!block) return ENOMEM;
    *p = block;
    return 0;
}

}  // extern "C"
