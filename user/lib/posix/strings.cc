// C's string functions that user.h does not declare.
#include "posix/posix.h"
#include "second_name.h"

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
static bool is_in(char c, const char* set) { return c && strchr(set, c); }

extern "C" {

char* posix_strchr(const char* s, int c) {
    for (;; s++) {
        if (*s == static_cast<char>(c)) return const_cast<char*>(s);
        if (!*s) return nullptr;
    }
}

char* strrchr(const char* s, int c) {
    const char* found = nullptr;
    for (;; s++) {
        if (*s == static_cast<char>(c)) found = s;
        if (!*s) return const_cast<char*>(found);
    }
}

char* strncpy(char* to, const char* from, size_t n) {
    size_t i = 0;
    for (; i < n && from[i]; i++) to[i] = from[i];
    for (; i < n; i++) to[i] = '\0';
    return to;
}

char* strcat(char* to, const char* from) {
    strcpy(to + strlen(to), from);
    return to;
}

char* strncat(char* to, const char* from, size_t n) {
    char* end = to + strlen(to);
    for (; n > 0 && *from; n--) *end++ = *from++;
    *end = '\0';
    return to;
}

char* strstr(const char* s, const char* part) {
    const size_t n = strlen(part);
    for (;; s++) {
        if (strncmp(s, part, n) == 0) return const_cast<char*>(s);
        if (!*s) return nullptr;
    }
}

size_t strspn(const char* s, const char* set) {
    size_t n = 0;
    while (is_in(s[n], set)) n++;
    return n;
}

size_t strcspn(const char* s, const char* set) {
    size_t n = 0;
    while (s[n] && !is_in(s[n], set)) n++;
    return n;
}

char* strpbrk(const char* s, const char* set) {
    s += strcspn(s, set);
    return *s ? const_cast<char*>(s) : nullptr;
}

char* strtok_r(char* s, const char* separators, char** rest) {
    if (!s) s = *rest;
    s += strspn(s, separators);
    if (!*s) return *rest = s, nullptr;
    char* end = s + strcspn(s, separators);
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return s;
}

char* strtok(char* s, const char* separators) {
    static char* rest;
    return strtok_r(s, separators, &rest);
}

char* strndup(const char* s, size_t n) {
    size_t length = 0;
    while (length < n && s[length]) length++;
    auto* copy = static_cast<char*>(malloc(length + 1));
    if (!copy) return nullptr;
    memcpy(copy, s, length);
    copy[length] = '\0';
    return copy;
}

char* strdup(const char* s) { return strndup(s, ~0ul); }

void bzero(void* to, size_t n) { memset(to, 0, n); }
void bcopy(const void* from, void* to, size_t n) { memmove(to, from, n); }
int bcmp(const void* a, const void* b, size_t n) { return memcmp(a, b, n); }

int strncasecmp(const char* a, const char* b, size_t n) {
    for (; n > 0; n--, a++, b++) {
        const auto x = static_cast<unsigned char>(lower(*a)), y = static_cast<unsigned char>(lower(*b));
        if (x != y) return x - y;
        if (!x) break;
    }
    return 0;
}

int strcasecmp(const char* a, const char* b) { return strncasecmp(a, b, ~0ul); }

}  // extern "C"

SECOND_NAME(posix_index, posix_strchr);
SECOND_NAME(rindex, strrchr);
