// printf-style formatting into any sink. One formatter serves the kernel's log, the packet dump on both
// sides of the wire, and the user library's printf.
//
// Conversions: %d %i %u %x %X %o %c %s %p %%, with flags - 0 + # and space, width, .precision (both also
// as *), and the lengths hh h l ll z. %f %e %g, all as %f, only where double_text() is linked: the kernel has
// no floating point.
#pragma once

#include <cstdarg>

#include "lib/types.h"

// Where characters go. `write` is called with runs of characters, never with a terminating zero.
struct TextSink {
    void (*write)(void* context, const char* text, usize length);
    void* context;
};

// The digits of |value|, rounded as C does it; at most kDoubleRoom characters, how many.
inline constexpr usize kDoubleRoom = 352;
int double_text(char (&to)[kDoubleRoom], double value, int precision) __attribute__((weak));

void vformat(TextSink sink, const char* format, std::va_list args) __attribute__((format(printf, 2, 0)));
void format(TextSink sink, const char* format, ...) __attribute__((format(printf, 2, 3)));

// Into a buffer, always terminated; returns the length the whole text would have (as C's vsnprintf).
int format_to(char* buffer, usize size, const char* format, ...) __attribute__((format(printf, 3, 4)));
int vformat_to(char* buffer, usize size, const char* format, std::va_list args)
    __attribute__((format(printf, 3, 0)));
