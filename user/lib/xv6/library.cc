// The functions of xv6's user library that behave differently from ours (user/user.h declares them).
#include "abi/vm.h"
#include "file_text.h"

extern "C" {

long raw_sbrk(long bytes, long how);
int xv6_errno;

// In xv6 a request to shrink below address 0 succeeds and changes nothing.
char* xv6_sys_sbrk(int bytes, int how) {
    const long old_end = raw_sbrk(bytes, how);
    if (old_end >= 0) return reinterpret_cast<char*>(old_end);
    if (old_end == -EINVAL && raw_sbrk(0, SBRK_EAGER) + bytes < 0) return sbrk(0);
    xv6_errno = static_cast<int>(-old_end);
    return reinterpret_cast<char*>(-1l);
}
char* xv6_sbrk(int bytes) { return xv6_sys_sbrk(bytes, SBRK_EAGER); }
char* xv6_sbrklazy(int bytes) { return xv6_sys_sbrk(bytes, SBRK_LAZY); }

int xv6_stat(const char* path, struct stat* st) {
    const int result = stat(path, st);
    if (result >= 0) return result;
    xv6_errno = -result;
    return -1;
}

// memcpy is the same function, so it may overlap too. A negative count is treated as 0.
void* xv6_memmove(void* to, const void* from, int n) {
    return n > 0 ? memmove(to, from, static_cast<unsigned long>(n)) : to;
}

char* xv6_gets(char* line, int size) {
    int n = 0;
    while (n + 1 < size && read(0, line + n, 1) == 1) {
        const char c = line[n++];
        if (c == '\n' || c == '\r') break;
    }
    line[n] = '\0';
    return line;
}

// xv6's Makefile gives nettests the server's port; here it is a boot argument.
unsigned short xv6_server_port() {
    char text[8] = {};
    bootarg("server", text, sizeof text);
    return static_cast<unsigned short>(atoi(text));
}

}  // extern "C"

namespace {

using Text = FileText<64>;  // the stack is one page

// Skips one or two l at p; returns whether there were any.
bool skip_long(const char*& p) {
    const char* start = p;
    while (*p == 'l' && p - start < 2) p++;
    return p != start;
}

// One conversion: p points behind the percent sign, and afterwards behind the conversion.
void convert(Text& out, const char*& p, va_list* args) {
    const bool wide = skip_long(p);
    const char c = *p;
    // Until 2023 %l by itself was an unsigned 64-bit number.
    if (wide && c != 'd' && c != 'u' && c != 'x')
        return format(out.sink(), "%lu", va_arg(*args, unsigned long));
    switch (c) {
        case 'd': format(out.sink(), "%ld", wide ? va_arg(*args, long) : va_arg(*args, int)); break;
        case 'u':
            format(out.sink(), "%lu", wide ? va_arg(*args, unsigned long) : va_arg(*args, unsigned));
            break;
        case 'x':
            format(out.sink(), "%lX", wide ? va_arg(*args, unsigned long) : va_arg(*args, unsigned));
            break;
        case 'p': format(out.sink(), "0x%016lX", va_arg(*args, unsigned long)); break;
        case 's': format(out.sink(), "%s", va_arg(*args, const char*)); break;
        case 'c': format(out.sink(), "%c", va_arg(*args, int)); break;
        case '%': out.add("%", 1); break;
        default:
            out.add("%", 1);
            if (c) out.add(&c, 1);
    }
    if (*p) p++;
}

void print(int fd, const char* text, va_list* args) {
    Text out(fd);
    for (const char* p = text; *p;) {
        const char* run = p;
        while (*p && *p != '%') p++;
        out.add(run, static_cast<usize>(p - run));
        if (*p == '%') convert(out, ++p, args);
    }
    out.flush();
}

}  // namespace

extern "C" {

void xv6_printf(const char* text, ...) {
    va_list args;
    va_start(args, text);
    print(1, text, &args);
    va_end(args);
}

void xv6_fprintf(int fd, const char* text, ...) {
    va_list args;
    va_start(args, text);
    print(fd, text, &args);
    va_end(args);
}

}  // extern "C"
