// GNU's string functions, and the last of POSIX's.
#include "posix/posix.h"
#include "second_name.h"

extern "C" {
int strncasecmp(const char* a, const char* b, size_t n);

char* strcasestr(const char* s, const char* part) {
    const size_t n = strlen(part);
    for (;; s++) {
        if (strncasecmp(s, part, n) == 0) return const_cast<char*>(s);
        if (!*s) return nullptr;
    }
}

char* strchrnul(const char* s, int c) {
    while (*s && *s != static_cast<char>(c)) s++;
    return const_cast<char*>(s);
}

void* memmem(const void* s, size_t n, const void* part, size_t part_size) {
    const auto* at = static_cast<const char*>(s);
    for (; n >= part_size; n--, at++) {
        if (memcmp(at, part, part_size) == 0) return const_cast<char*>(at);
    }
    return nullptr;
}

void* memrchr(const void* s, int byte, size_t n) {
    const auto* bytes = static_cast<const unsigned char*>(s);
    while (n > 0) {
        if (bytes[--n] == static_cast<unsigned char>(byte)) return const_cast<unsigned char*>(bytes + n);
    }
    return nullptr;
}

void* mempcpy(void* to, const void* from, size_t n) { return static_cast<char*>(memcpy(to, from, n)) + n; }

char* stpcpy(char* to, const char* from) {
    const size_t n = strlen(from);
    memcpy(to, from, n + 1);
    return to + n;
}

char* stpncpy(char* to, const char* from, size_t n) {
    size_t i = 0;
    for (; i < n && from[i]; i++) to[i] = from[i];
    memset(to + i, 0, n - i);
    return to + i;
}

void* memccpy(void* to, const void* from, int byte, size_t n) {
    auto* t = static_cast<unsigned char*>(to);
    const auto* f = static_cast<const unsigned char*>(from);
    while (n-- > 0) {
        if ((*t++ = *f++) == static_cast<unsigned char>(byte)) return t;
    }
    return nullptr;
}

int strcoll(const char* a, const char* b) { return strcmp(a, b); }

size_t strxfrm(char* to, const char* from, size_t n) {
    const size_t length = strlen(from);
    if (length < n) memcpy(to, from, length + 1);
    return length;
}

int strerror_r(int error, char* text, size_t size) {
    const int n = snprintf(text, size, "%s", strerror(error));
    return static_cast<size_t>(n) < size ? 0 : ERANGE;
}

int ffsl(long n) { return n ? __builtin_ctzl(static_cast<unsigned long>(n)) + 1 : 0; }
int ffs(int n) { return ffsl(n); }

}  // extern "C"

SECOND_NAME(ffsll, ffsl);
