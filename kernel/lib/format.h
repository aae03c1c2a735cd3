// printf-style formatting into any sink. The kernel's log, the packet dump (in the kernel and in the host's
// tool) and the user library's printf use it.
//
// Conversions: %d %i %u %x %X %o %c %s %p %%, with flags - 0 + # and space, width and .precision (both also
// as *), and the lengths hh h l ll z j t L. %f %e %g %a, only where emit_double() is linked: the kernel has
// no floating point.
#pragma once

#include <cstdarg>

#include "lib/types.h"

// The output. `write` receives runs of characters, which are not zero-terminated.
struct TextSink {
    void (*write)(void* context, const char* text, usize length);
    void* context;
};

// One conversion: %flags width . precision length conversion.
struct FormatSpec {
    bool left = false, zero = false, plus = false, space = false, alternate = false;
    int width = 0;
    int precision = -1;  // -1: none given
    int length = 0;      // size of the argument in bytes
    char conversion = 0;
};

// va_list is passed in a struct: on some targets it is an array, on others a struct.
struct FormatArguments {
    std::va_list list;
};

// Writes the next argument, a double, or with length 16 a long double.
void emit_double(TextSink& sink, const FormatSpec& spec, FormatArguments& args) __attribute__((weak));
// Writes n copies of a character.
void pad(TextSink& sink, char with, int n);

void vformat(TextSink sink, const char* format, std::va_list args) __attribute__((format(printf, 2, 0)));
void format(TextSink sink, const char* format, ...) __attribute__((format(printf, 2, 3)));

// Formats into a buffer and always terminates it. Returns the length of the complete text, as C's vsnprintf
// does.
int format_to(char* buffer, usize size, const char* format, ...) __attribute__((format(printf, 3, 4)));
int vformat_to(char* buffer, usize size, const char* format, std::va_list args)
    __attribute__((format(printf, 3, 0)));
