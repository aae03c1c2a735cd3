// printf() into memory and to descriptors, with floating-point numbers: snprintf(), asprintf(), dprintf() and
// theirs.
#include <stdarg.h>

#include "lib/format.h"
#include "posix/decimal.h"
#include "posix/posix.h"

[[gnu::used]] static const bool* const kWithDoubles = &posix::kPrintsDoubles;

extern "C" {

int posix_vsnprintf(char* text, size_t size, const char* format, va_list args) {
    return vformat_to(text, size, format, args);
}
int posix_vsprintf(char* text, const char* format, va_list args) {
    return vformat_to(text, ~0ul >> 1, format, args);
}
int posix_vdprintf(int fd, const char* format, va_list args) {
    const int n = vfprintf(fd, format, args);
    return posix::check_int(n);
}

// The first call measures, the second writes.
int posix_vasprintf(char** text, const char* format, va_list args) {
    va_list again;
    va_copy(again, args);
    const int n = vformat_to(nullptr, 0, format, args);
    *text = static_cast<char*>(malloc(static_cast<size_t>(n) + 1));
    if (*text) vformat_to(*text, static_cast<size_t>(n) + 1, format, again);
    va_end(again);
    return *text ? n : posix::check_int(-ENOMEM);
}

int posix_snprintf(char* text, size_t size, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = posix_vsnprintf(text, size, format, args);
    va_end(args);
    return n;
}
int posix_sprintf(char* text, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = posix_vsprintf(text, format, args);
    va_end(args);
    return n;
}
int posix_dprintf(int fd, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = posix_vdprintf(fd, format, args);
    va_end(args);
    return n;
}
int posix_asprintf(char** text, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = posix_vasprintf(text, format, args);
    va_end(args);
    return n;
}

}  // extern "C"
