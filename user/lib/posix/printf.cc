// printf and its family for FILEs, with the kernel's formatter; perror() and err().
#include <stdarg.h>

#include "lib/format.h"
#include "posix/decimal.h"
#include "posix/file.h"
#include "posix/posix.h"

extern "C" {
extern stdio_file* const stdout;
extern stdio_file* const stderr;
}

namespace {

struct Counted {
    stdio_file& file;
    int written = 0;

    static void write_to(void* self, const char* text, usize n) {
        auto* c = static_cast<Counted*>(self);
        posix::put(c->file, text, n);
        c->written += static_cast<int>(n);
    }
};

// Prints "NAME: what: error" with one write(), without the last part if error is null.
void print_error(const char* format, va_list args, const char* error) {
    char line[512];
    int n = snprintf(line, sizeof line, "%s: ", program_name);
    n += vformat_to(line + n, sizeof line - static_cast<usize>(n), format, args);
    if (n > 400) n = 400;
    if (error) n += snprintf(line + n, sizeof line - static_cast<usize>(n), ": %s", error);
    line[n++] = '\n';
    posix::put(*stderr, line, static_cast<usize>(n));
}

}  // namespace

[[gnu::used]] static const bool* const kWithDoubles = &posix::kPrintsDoubles;

extern "C" {

int posix_vfprintf(stdio_file* f, const char* format, va_list args) {
    Counted to{*f};
    // stderr buffers the text of a call, so that it makes one write().
    const auto mode = f->mode;
    if (mode == stdio_file::None) f->mode = stdio_file::Full;
    vformat({Counted::write_to, &to}, format, args);
    f->mode = mode;
    if (mode == stdio_file::None) posix::flush(*f);
    return f->failed ? -1 : to.written;
}

int posix_vprintf(const char* format, va_list args) { return posix_vfprintf(stdout, format, args); }

int posix_printf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = posix_vfprintf(stdout, format, args);
    va_end(args);
    return n;
}

int posix_fprintf(stdio_file* f, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = posix_vfprintf(f, format, args);
    va_end(args);
    return n;
}

void posix_perror(const char* what) {
    if (what && *what)
        posix_fprintf(stderr, "%s: %s\n", what, strerror(errno));
    else
        posix_fprintf(stderr, "%s\n", strerror(errno));
}

// --- err.h ---

void posix_warn(const char* format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args, strerror(errno));
    va_end(args);
}
void posix_warnx(const char* format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args, nullptr);
    va_end(args);
}
void posix_err(int status, const char* format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args, strerror(errno));
    va_end(args);
    posix_exit(status);
}
void posix_errx(int status, const char* format, ...) {
    va_list args;
    va_start(args, format);
    print_error(format, args, nullptr);
    va_end(args);
    posix_exit(status);
}

}  // extern "C"
