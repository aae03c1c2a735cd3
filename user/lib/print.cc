// printf and its family, with the kernel's formatter.
#include "file_text.h"
#include "lib/errno.h"

namespace {

using Line = FileText<512>;

void print_error(const char* format, va_list args) {
    Line out(2);
    ::format(out.sink(), "%s: ", program_name);
    vformat(out.sink(), format, args);
    out.add("\n", 1);
    out.flush();
}

}  // namespace

extern "C" {

int vfprintf(int fd, const char* format, va_list args) {
    Line out(fd);
    vformat(out.sink(), format, args);
    out.flush();
    return out.written();
}

int vprintf(const char* format, va_list args) { return vfprintf(1, format, args); }

int printf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = vfprintf(1, format, args);
    va_end(args);
    return n;
}

int fprintf(int fd, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = vfprintf(fd, format, args);
    va_end(args);
    return n;
}

int vsnprintf(char* buffer, unsigned long size, const char* format, va_list args) {
    return vformat_to(buffer, size, format, args);
}

int snprintf(char* buffer, unsigned long size, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = vformat_to(buffer, size, format, args);
    va_end(args);
    return n;
}

char* strerror(int error) {
    return const_cast<char*>(describe(static_cast<Errno>(error < 0 ? -error : error)));
}

void complain(const char* format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args);
    va_end(args);
}

void die(const char* format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args);
    va_end(args);
    exit(1);
}

}  // extern "C"
