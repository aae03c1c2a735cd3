// printf-style formatting into any sink. The kernel's log, the packet dump (in the kernel and in the host's
// tool) and the user library's printf use it.
//
// Conversions: %d %i %u %x %X %o %c %s %p %%, with flags - 0 + # and space, width and .precision (both also
// as *), and the lengths hh h l ll z j t. %f, %e and %g all print as %f, and only where double_text() is
// linked: the kernel has no floating point.
#pragma once

#include <cstdarg>

#include "lib/types.h"

// The output. `write` receives runs of characters, which are not zero-terminated.
struct TextSink {
    void (*write)(void* context, const char* text, usize length);
    void* context;
};

// Writes |value| in decimal, rounded as in C. Returns the number of characters, at most kDoubleRoom.
inline constexpr usize kDoubleRoom = 352;
int double_text(char (&to)[kDoubleRoom], double value, int precision) __attribute__((weak));

void vformat(TextSink sink, const char* format, std::va_list args) __attribute__((format(printf, 2, 0)));
void format(TextSink sink, const char* format, ...) __attribute__((format(printf, 2, 3)));

// Formats into a buffer and always terminates it. Returns the length of the complete text, as C's vsnprintf
// does.
int format_to(char* buffer, usize size, const char* format, ...) __attribute__((format(printf, 3, 4)));
int vformat_to(char* buffer, usize size, const char* format, std::va_list args)
    __attribute__((format(printf, 3, 0)));
