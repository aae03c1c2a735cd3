// malloc: a first-fit free list, kept in address order so that neighbours can be joined again.
//
//   | size | used bytes ... |      a block in use: its size, header included
//   | size | next |   ...   |      a free block
//
// After K&R section 8.7, whose list also walks upwards through memory; this one is not circular.
#include "user.h"

namespace {

struct Block {
    unsigned long size;  // bytes, the header included; a multiple of kAlign
    Block* next;         // only while free

    char* end() { return reinterpret_cast<char*>(this) + size; }
};

constexpr unsigned long kAlign = 16;
constexpr unsigned long kHeader = 16;       // keeps what the caller gets aligned
constexpr unsigned long kGrow = 16 * 4096;  // the kernel is asked for at least so much
constexpr unsigned long kMost = 1ul << 30;

constinit Block* free_list = nullptr;

// Puts a block back in address order and joins it with the neighbours it touches.
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

// Takes size bytes off the first free block that has them; what is left over stays free.
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
    // A program may have moved the break itself: what we build on is aligned in any case.
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
    // One page more than asked for, since aligning may cost a few bytes.
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

}  // extern "C"
