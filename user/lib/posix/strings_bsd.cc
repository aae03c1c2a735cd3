// strlcpy(), strlcat(), strsep(): BSD's string functions.
#include "posix/posix.h"

extern "C" {
size_t strcspn(const char* s, const char* set);

size_t strlcpy(char* to, const char* from, size_t size) {
    const size_t length = strlen(from);
    if (size) {
        const size_t n = length < size ? length : size - 1;
        memcpy(to, from, n);
        to[n] = '\0';
    }
    return length;
}

size_t strlcat(char* to, const char* from, size_t size) {
    size_t used = 0;
    while (used < size && to[used]) used++;
    return used + strlcpy(to + used, from, size - used);
}

char* strsep(char** rest, const char* separators) {
    char* field = *rest;
    if (!field) return nullptr;
    char* end = field + strcspn(field, separators);
    *rest = *end ? end + 1 : nullptr;
    *end = '\0';
    return field;
}

}  // extern "C"
