// Not for the host, which has its own. Copies use eight-byte accesses, which the emulated CPU supports at any
// alignment. -fno-tree-loop-distribute-patterns (Makefile) prevents the compiler from replacing these loops
// with calls of the functions themselves.
#include "lib/string.h"

namespace {
template <class Word = u64>
Word load(const void* p) {
    Word v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
template <class Word>
void store(void* p, Word v) {
    __builtin_memcpy(p, &v, sizeof v);
}
inline void copy_32(u8* to, const u8* from) {
    const u64 a = load(from), b = load(from + 8), c = load(from + 16), d = load(from + 24);
    store(to, a), store(to + 8, b), store(to + 16, c), store(to + 24, d);
}
inline void fill_32(u8* to, u64 v) { store(to, v), store(to + 8, v), store(to + 16, v), store(to + 24, v); }
inline void fill_64(u8* to, u64 v) { fill_32(to, v), fill_32(to + 32, v); }
inline void copy_64(u8* to, const u8* from) { copy_32(to, from), copy_32(to + 32, from + 32); }
inline void copy_128(u8* to, const u8* from) { copy_64(to, from), copy_64(to + 64, from + 64); }
inline void copy_256(u8* to, const u8* from) { copy_128(to, from), copy_128(to + 128, from + 128); }

}  // namespace

extern "C" {

// The last bytes are copied as one word, which may overlap what is already copied: that costs less than a
// loop over single bytes. Without __restrict, because then the compiler would load more words than it has
// registers.
void* memcpy(void* to, const void* from, usize n) {
    auto* t = static_cast<u8*>(to);
    auto* f = static_cast<const u8*>(from);
    if (n < 4) {
        for (; n; n--) *t++ = *f++;
        return to;
    }
    if (n < 8) {
        const u32 first_word = load<u32>(f), last_word = load<u32>(f + (n - 4));
        store(t, first_word), store(t + (n - 4), last_word);
        return to;
    }
    u8* const last = t + (n - 8);
    const u64 last_word = load(f + (n - 8));
    for (; last - t >= 512 - 8; t += 512, f += 512) copy_256(t, f), copy_256(t + 256, f + 256);
    if (last - t >= 256 - 8) copy_256(t, f), t += 256, f += 256;
    if (last - t >= 128 - 8) copy_128(t, f), t += 128, f += 128;
    if (last - t >= 64 - 8) copy_64(t, f), t += 64, f += 64;
    if (last - t >= 32 - 8) copy_32(t, f), t += 32, f += 32;
    for (; t < last; t += 8, f += 8) store(t, load(f));
    store(last, last_word);
    return to;
}

void* memmove(void* to, const void* from, usize n) {
    auto* t = static_cast<u8*>(to);
    auto* f = static_cast<const u8*>(from);
    if (t - f >= 0 && static_cast<usize>(t - f) < n) {  // overlap, target above: copy backwards
        while (n >= 8) n -= 8, store(t + n, load(f + n));
        while (n) n--, t[n] = f[n];
        return to;
    }
    for (; n >= 8; n -= 8, t += 8, f += 8) store(t, load(f));
    for (; n; n--) *t++ = *f++;
    return to;
}

void* memset(void* to, int byte, usize n) {
    auto* t = static_cast<u8*>(to);
    const u64 pattern = 0x0101'0101'0101'0101ull * static_cast<u8>(byte);
    for (; n >= 128; n -= 128, t += 128) fill_64(t, pattern), fill_64(t + 64, pattern);
    for (; n >= 32; n -= 32, t += 32) fill_32(t, pattern);
    for (; n >= 8; n -= 8, t += 8) store(t, pattern);
    for (; n; n--) *t++ = static_cast<u8>(byte);
    return to;
}

int memcmp(const void* a, const void* b, usize n) {
    auto* x = static_cast<const u8*>(a);
    auto* y = static_cast<const u8*>(b);
    for (; n >= 8 && load(x) == load(y); n -= 8) x += 8, y += 8;
    for (; n; n--, x++, y++) {
        if (*x != *y) return *x - *y;
    }
    return 0;
}

void* memchr(const void* p, int byte, usize n) {
    for (auto* s = static_cast<const u8*>(p); n; n--, s++) {
        if (*s == static_cast<u8>(byte)) return const_cast<u8*>(s);
    }
    return nullptr;
}

usize strlen(const char* s) {
    usize n = 0;
    while (s[n]) n++;
    return n;
}

usize strnlen(const char* s, usize limit) {
    usize n = 0;
    while (n < limit && s[n]) n++;
    return n;
}

int strcmp(const char* a, const char* b) {
    while (*a && *a == *b) a++, b++;
    return static_cast<u8>(*a) - static_cast<u8>(*b);
}

int strncmp(const char* a, const char* b, usize n) {
    while (n && *a && *a == *b) a++, b++, n--;
    return n ? static_cast<u8>(*a) - static_cast<u8>(*b) : 0;
}

}  // extern "C"
