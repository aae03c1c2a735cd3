// qsort() and bsearch(), lfind() and lsearch().
#include "posix/posix.h"

namespace {

using Compare = int (*)(const void*, const void*);

void swap(char* a, char* b, size_t n) {
    for (; n >= 8; n -= 8, a += 8, b += 8) {
        char t[8];
        __builtin_memcpy(t, a, 8);
        __builtin_memcpy(a, b, 8);
        __builtin_memcpy(b, t, 8);
    }
    for (; n > 0; n--, a++, b++) {
        const char t = *a;
        *a = *b;
        *b = t;
    }
}

// Moves an element down until no child is larger: then the part from `at` on is a heap.
void sift(char* base, size_t at, size_t count, size_t size, Compare compare) {
    for (size_t child = 2 * at + 1; child < count; at = child, child = 2 * at + 1) {
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0) child++;
        if (compare(base + at * size, base + child * size) >= 0) return;
        swap(base + at * size, base + child * size, size);
    }
}

}  // namespace

extern "C" {

// Heapsort: no input makes it slow, and it needs no memory.
void qsort(void* array, size_t count, size_t size, Compare compare) {
    auto* base = static_cast<char*>(array);
    for (size_t at = count / 2; at > 0; at--) sift(base, at - 1, count, size, compare);
    for (size_t left = count; left > 1; left--) {
        swap(base, base + (left - 1) * size, size);
        sift(base, 0, left - 1, size, compare);
    }
}

void* bsearch(const void* key, const void* array, size_t count, size_t size, Compare compare) {
    const auto* base = static_cast<const char*>(array);
    while (count > 0) {
        const char* middle = base + count / 2 * size;
        const int order = compare(key, middle);
        if (order == 0) return const_cast<char*>(middle);
        if (order > 0)
            base = middle + size, count -= count / 2 + 1;
        else
            count /= 2;
    }
    return nullptr;
}

void* lfind(const void* key, const void* array, size_t* count, size_t size, Compare compare) {
    const auto* at = static_cast<const char*>(array);
    for (size_t i = 0; i < *count; i++, at += size) {
        if (compare(key, at) == 0) return const_cast<char*>(at);
    }
    return nullptr;
}

void* lsearch(const void* key, void* array, size_t* count, size_t size, Compare compare) {
    if (void* found = lfind(key, array, count, size, compare)) return found;
    return memcpy(static_cast<char*>(array) + (*count)++ * size, key, size);
}

}  // extern "C"
