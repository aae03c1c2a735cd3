// scanf() and its family.
#include "posix/file.h"
#include "posix/posix.h"
#include "posix/scan.h"

extern "C" {
extern stdio_file* const stdin;
int posix_ungetc(int c, stdio_file* f);

int posix_vsscanf(const char* text, const char* format, va_list args) {
    const auto next = [](void* at) -> int {
        auto& p = *static_cast<const char**>(at);
        return *p ? static_cast<unsigned char>(*p++) : -1;
    };
    posix::Source in(next, &text);
    return posix::scan(in, format, args);
}

int posix_vfscanf(stdio_file* f, const char* format, va_list args) {
    posix::Source in([](void* file) { return posix::get(*static_cast<stdio_file*>(file)); }, f);
    const int stored = posix::scan(in, format, args);
    if (in.has_ahead()) posix_ungetc(in.peek(), f);
    return stored;
}

int posix_vscanf(const char* format, va_list args) { return posix_vfscanf(stdin, format, args); }

int posix_sscanf(const char* text, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int stored = posix_vsscanf(text, format, args);
    va_end(args);
    return stored;
}

int posix_fscanf(stdio_file* f, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int stored = posix_vfscanf(f, format, args);
    va_end(args);
    return stored;
}

int posix_scanf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int stored = posix_vfscanf(stdin, format, args);
    va_end(args);
    return stored;
}

}  // extern "C"
