// scanf and its family: read numbers and words from a text.
#include <stdarg.h>

#include "posix/file.h"
#include "posix/posix.h"

extern "C" {
long strtol(const char* s, char** end, int base);
unsigned long strtoul(const char* s, char** end, int base);
double strtod(const char* s, char** end);
extern stdio_file* const stdin;
}

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// One parsed conversion.
struct Conversion {
    bool drop = false;  // *
    int width = 0;      // 0: any
    int longs = 0;      // l, ll, z: 1 or more; h: -1, hh: -2
    char letter = 0;
    const char* set = nullptr;  // of %[
    const char* set_end = nullptr;

    const char* parse(const char* f) {
        if (*f == '*') drop = true, f++;
        for (; *f >= '0' && *f <= '9'; f++) width = width * 10 + (*f - '0');
        for (; *f == 'h' || *f == 'l' || *f == 'z' || *f == 'j'; f++) longs += *f == 'h' ? -1 : 1;
        letter = *f++;
        if (letter != '[') return f;
        set = f;
        if (*f == '^') f++;
        if (*f == ']') f++;
        while (*f && *f != ']') f++;
        set_end = f;
        return *f ? f + 1 : f;
    }

    bool accepts(char c) const {
        if (letter == 'c') return true;
        if (letter == 's') return !is_blank(c);
        const bool inverted = *set == '^';
        for (const char* p = set + inverted; p < set_end; p++) {
            const bool range = p + 2 < set_end && p[1] == '-';
            if (range ? c >= p[0] && c <= p[2] : c == *p) return !inverted;
            if (range) p += 2;
        }
        return inverted;
    }

    void store(va_list* args, long value) const {
        if (longs >= 1)
            *va_arg(*args, long*) = value;
        else if (longs == 0)
            *va_arg(*args, int*) = static_cast<int>(value);
        else if (longs == -1)
            *va_arg(*args, short*) = static_cast<short>(value);
        else
            *va_arg(*args, signed char*) = static_cast<signed char>(value);
    }
};

// Null: the text does not match.
const char* scan_number(const Conversion& c, const char* text, va_list* args) {
    char digits[32], *end;
    while (is_blank(*text)) text++;
    const int most = c.width && c.width < 31 ? c.width : 31;
    int n = 0;
    for (; n < most && text[n]; n++) digits[n] = text[n];
    digits[n] = '\0';
    const int base = c.letter == 'i'                                         ? 0
                     : c.letter == 'x' || c.letter == 'X' || c.letter == 'p' ? 16
                     : c.letter == 'o'                                       ? 8
                                                                             : 10;
    const bool is_signed = c.letter == 'd' || c.letter == 'i';
    const long value =
        is_signed ? strtol(digits, &end, base) : static_cast<long>(strtoul(digits, &end, base));
    if (end == digits) return nullptr;
    if (!c.drop) c.store(args, value);
    return text + (end - digits);
}

const char* scan_double(const Conversion& c, const char* text, va_list* args) {
    char* end;
    const double value = strtod(text, &end);
    if (end == text) return nullptr;
    if (!c.drop && c.longs >= 1) *va_arg(*args, double*) = value;
    if (!c.drop && c.longs == 0) *va_arg(*args, float*) = static_cast<float>(value);
    return end;
}

const char* scan_text(const Conversion& c, const char* text, va_list* args) {
    if (c.letter == 's') {
        while (is_blank(*text)) text++;
    }
    char* to = c.drop ? nullptr : va_arg(*args, char*);
    const int most = c.width ? c.width : c.letter == 'c' ? 1 : 0x7fff'ffff;
    int n = 0;
    for (; n < most && text[n] && c.accepts(text[n]); n++) {
        if (to) to[n] = text[n];
    }
    if (n == 0) return nullptr;
    if (to && c.letter != 'c') to[n] = '\0';
    return text + n;
}

// The result of scanning a text.
struct Scan {
    int found = 0;       // conversions, or -1
    const char* end;     // where it stopped
    bool hungry = true;  // it may go on if there is more text
};

Scan scan(const char* text, const char* format, va_list* args) {
    const char* start = text;
    Scan s;
    while (*format) {
        if (is_blank(*format)) {
            while (is_blank(*text)) text++;
            format++;
            s.hungry = true;
            continue;
        }
        if (*format != '%' || format[1] == '%') {
            format += *format == '%';
            if (*text != *format) break;
            text++, format++;
            s.hungry = false;
            continue;
        }
        Conversion c;
        format = c.parse(format + 1);
        if (c.letter == 'n') {
            c.store(args, text - start);
            continue;
        }
        const bool words = c.letter == 's' || c.letter == 'c' || c.letter == '[';
        const bool at_end = !*text, real = c.letter == 'f' || c.letter == 'g' || c.letter == 'e';
        const char* next = words  ? scan_text(c, text, args)
                           : real ? scan_double(c, text, args)
                                  : scan_number(c, text, args);
        if (!next) {
            while (c.letter != 'c' && c.letter != '[' && is_blank(*text)) text++;
            s.hungry = true;
            if ((at_end || !*text) && s.found == 0) s.found = -1;
            break;
        }
        text = next;
        s.hungry = c.letter != 'c';
        s.found += !c.drop;
    }
    s.end = text;
    s.hungry &= !*text;
    if (*format && !*text) s.hungry = true;
    return s;
}

}  // namespace

extern "C" {

int posix_vsscanf(const char* text, const char* format, va_list args) {
    va_list copy;
    va_copy(copy, args);
    const int found = scan(text, format, &copy).found;
    va_end(copy);
    return found;
}

int posix_sscanf(const char* text, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int found = posix_vsscanf(text, format, args);
    va_end(args);
    return found;
}

// Scans the input that is there; while that is not enough, reads more and scans all of it again.
int posix_vfscanf(stdio_file* f, const char* format, va_list args) {
    for (;;) {
        const unsigned n = f->writes ? 0 : f->end - f->at;
        auto* text = static_cast<char*>(malloc(n + 1));
        if (!text) return errno = ENOMEM, -1;
        memcpy(text, f->text + f->at, n);
        text[n] = '\0';
        va_list copy;
        va_copy(copy, args);
        const Scan s = scan(text, format, &copy);
        va_end(copy);
        const auto used = static_cast<unsigned>(s.end - text);
        free(text);
        if (s.hungry && posix::more_input(*f)) continue;
        f->at += used;
        return s.found;
    }
}

int posix_fscanf(stdio_file* f, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int found = posix_vfscanf(f, format, args);
    va_end(args);
    return found;
}

int posix_scanf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int found = posix_vfscanf(stdin, format, args);
    va_end(args);
    return found;
}

}  // extern "C"
