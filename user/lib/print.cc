// printf and its family, through the kernel's own formatter.
//
// Text is gathered on the stack and written when the call ends: one call is one write(), so lines of several
// processes do not mix, and nothing is left in a buffer at fork or exit.
#include "lib/errno.h"
#include "lib/format.h"
#include "user.h"

namespace {

constexpr usize kGathered = 512;

struct FileText {
    int fd;
    int written = 0;
    usize length = 0;
    char text[kGathered];

    explicit FileText(int to) : fd(to) {}

    void flush() {
        for (usize at = 0; at < length;) {
            const int n = ::write(fd, text + at, static_cast<int>(length - at));
            if (n <= 0) break;  // nobody to tell
            at += static_cast<usize>(n);
        }
        length = 0;
    }

    void add(const char* from, usize n) {
        written += static_cast<int>(n);
        while (n > 0) {
            if (length == kGathered) flush();
            const usize part = n < kGathered - length ? n : kGathered - length;
            memcpy(text + length, from, part);
            length += part;
            from += part;
            n -= part;
        }
    }

    static void write_to(void* self, const char* from, usize n) {
        static_cast<FileText*>(self)->add(from, n);
    }
};

void print_error(const char* format, va_list args) {
    FileText out(2);
    const TextSink sink{FileText::write_to, &out};
    ::format(sink, "%s: ", program_name);
    vformat(sink, format, args);
    out.add("\n", 1);
    out.flush();
}

}  // namespace

extern "C" {

int vfprintf(int fd, const char* format, va_list args) {
    FileText out(fd);
    vformat({FileText::write_to, &out}, format, args);
    out.flush();
    return out.written;
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
