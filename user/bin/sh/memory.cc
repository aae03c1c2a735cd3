#include "memory.h"

#include <stdlib.h>

#include "shell.h"

namespace sh {

struct Chunk {
    Chunk* before;
    size_t size;  // of the bytes behind this header
};

namespace {

constexpr size_t kChunk = 4096 - 32 - sizeof(Chunk);  // with malloc's header a little less than a page
constexpr size_t kMost = 16 << 20;                    // of all arenas
size_t total;

char* bytes_of(Chunk* chunk) { return reinterpret_cast<char*>(chunk + 1); }

Chunk* new_chunk(size_t size, Chunk* before) {
    if (size > kMost || total + size > kMost) fail("out of memory");
    auto* chunk = static_cast<Chunk*>(malloc(sizeof(Chunk) + size));
    if (!chunk) fail("out of memory");
    *chunk = {before, size};
    total += size;
    return chunk;
}

}  // namespace

void* Arena::take(size_t n) {
    n = (n + 15) & ~size_t{15};
    if (!at_.chunk || at_.chunk->size - at_.used < n) {
        at_.chunk = new_chunk(n > kChunk ? n : kChunk, at_.chunk);
        at_.used = 0;
    }
    at_.used += n;
    return bytes_of(at_.chunk) + at_.used - n;
}

char* Arena::copy(const char* text, size_t n) {
    auto* copied = static_cast<char*>(take(n + 1));
    memcpy(copied, text, n);
    copied[n] = '\0';
    return copied;
}

void Arena::release(Mark mark) {
    while (at_.chunk != mark.chunk) {
        Chunk* chunk = at_.chunk;
        at_.chunk = chunk->before;
        total -= chunk->size;
        free(chunk);
    }
    at_ = mark;
}

void Text::grow(size_t least) {
    size_t room = room_ ? 2 * room_ : 48;
    if (room < least) room = least;
    auto* data = static_cast<char*>(arena_.take(room));
    if (size_) memcpy(data, data_, size_);
    data_ = data;
    room_ = room;
}

void Text::add(char c) {
    if (size_ == room_) grow(size_ + 1);
    data_[size_++] = c;
}

void Text::add(const char* text, size_t n) {
    if (n == 0) return;
    if (room_ - size_ < n) grow(size_ + n);
    memcpy(data_ + size_, text, n);
    size_ += n;
}

char* Text::c_str() {
    add('\0');
    size_--;
    return data_;
}

void Fields::add(char* field) {
    if (count + 1 >= room) {
        const int more = room ? 2 * room : 8;
        auto** grown = static_cast<char**>(arena.take(sizeof(char*) * static_cast<size_t>(more)));
        if (count) memcpy(grown, list, sizeof(char*) * static_cast<size_t>(count));
        list = grown;
        room = more;
    }
    list[count++] = field;
    list[count] = nullptr;
}

}  // namespace sh
