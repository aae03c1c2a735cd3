#include "lib/format.h"

#include "lib/string.h"

static void emit(TextSink& sink, const char* text, usize n) {
    if (n) sink.write(sink.context, text, n);
}

void pad(TextSink& sink, char with, int n) {
    char run[16];
    memset(run, with, sizeof run);
    for (; n > 0; n -= static_cast<int>(sizeof run)) {
        emit(sink, run, static_cast<usize>(n) < sizeof run ? static_cast<usize>(n) : sizeof run);
    }
}

namespace {

using Spec = FormatSpec;
using Arguments = FormatArguments;

// The prefix is the sign or "0x". It precedes zero padding and follows blank padding.
void emit_padded(TextSink& sink, const Spec& s, const char* prefix, const char* text, int n) {
    int prefix_length = static_cast<int>(strlen(prefix));
    int zeros = s.precision > n ? s.precision - n : 0;
    int fill = s.width - prefix_length - zeros - n;
    bool zero_fill = s.zero && !s.left && s.precision < 0;
    if (!s.left && !zero_fill) pad(sink, ' ', fill);
    emit(sink, prefix, static_cast<usize>(prefix_length));
    if (zero_fill) pad(sink, '0', fill);
    pad(sink, '0', zeros);
    emit(sink, text, static_cast<usize>(n));
    if (s.left) pad(sink, ' ', fill);
}

void emit_integer(TextSink& sink, const Spec& s, u64 value, bool negative) {
    const bool upper = s.conversion == 'X';
    const unsigned base = s.conversion == 'x' || upper || s.conversion == 'p' ? 16
                          : s.conversion == 'o'                               ? 8
                                                                              : 10;
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    int at = sizeof text;
    for (u64 v = value; v; v /= base) text[--at] = digits[v % base];
    if (value == 0 && s.precision != 0) text[--at] = '0';

    const bool octal_zero = base == 8 && s.alternate && (at == sizeof text || text[at] != '0');
    if (octal_zero && s.precision <= static_cast<int>(sizeof text) - at) text[--at] = '0';
    const char* prefix = "";
    if (base == 16 && (s.conversion == 'p' || (s.alternate && value))) prefix = upper ? "0X" : "0x";
    if (negative)
        prefix = "-";
    else if ((s.conversion == 'd') && s.plus)
        prefix = "+";
    else if ((s.conversion == 'd') && s.space)
        prefix = " ";
    emit_padded(sink, s, prefix, text + at, static_cast<int>(sizeof text) - at);
}

void emit_string(TextSink& sink, Spec s, const char* text) {
    if (!text) text = "(null)";
    int n = 0;
    while ((s.precision < 0 || n < s.precision) && text[n]) n++;
    s.precision = -1;
    s.zero = false;
    emit_padded(sink, s, "", text, n);
}

int parse_number(const char*& p) {
    int n = 0;
    while (*p >= '0' && *p <= '9' && n < 100000) n = n * 10 + (*p++ - '0');
    return n;
}

void parse_flags(const char*& p, Spec& s) {
    for (;; p++) {
        if (*p == '-')
            s.left = true;
        else if (*p == '0')
            s.zero = true;
        else if (*p == '+')
            s.plus = true;
        else if (*p == ' ')
            s.space = true;
        else if (*p == '#')
            s.alternate = true;
        else
            return;
    }
}

void parse_length(const char*& p, Spec& s) {
    s.length = sizeof(int);
    if (p[0] == 'h') {
        s.length = p[1] == 'h' ? 1 : 2;
        p += p[1] == 'h' ? 2 : 1;
    } else if (p[0] == 'l' || p[0] == 'z' || p[0] == 'j' || p[0] == 't') {
        s.length = 8;
        p += p[0] == 'l' && p[1] == 'l' ? 2 : 1;
    } else if (p[0] == 'L') {
        s.length = 16;
        p++;
    }
}

u64 truncate_unsigned(u64 v, int length) { return length == 8 ? v : v & ((1ull << (8 * length)) - 1); }
i64 truncate_signed(i64 v, int length) {
    const int unused = 64 - 8 * length;
    return static_cast<i64>(static_cast<u64>(v) << unused) >> unused;
}

void emit_one(TextSink& sink, const Spec& s, Arguments& args) {
    switch (s.conversion) {
        case 'd':
        case 'i': {
            i64 v = s.length == 8 ? va_arg(args.list, long) : va_arg(args.list, int);
            v = truncate_signed(v, s.length);
            Spec decimal = s;
            decimal.conversion = 'd';
            return emit_integer(sink, decimal, v < 0 ? 0 - static_cast<u64>(v) : static_cast<u64>(v), v < 0);
        }
        case 'u':
        case 'x':
        case 'X':
        case 'o': {
            u64 v = s.length == 8 ? va_arg(args.list, unsigned long) : va_arg(args.list, unsigned);
            return emit_integer(sink, s, truncate_unsigned(v, s.length), false);
        }
        case 'f':
        case 'F':
        case 'e':
        case 'E':
        case 'g':
        case 'G':
        case 'a':
        case 'A':
            if (emit_double) return emit_double(sink, s, args);
            return emit(sink, "%f", 2);
        case 'p': return emit_integer(sink, s, reinterpret_cast<uptr>(va_arg(args.list, void*)), false);
        case 's': return emit_string(sink, s, va_arg(args.list, const char*));
        case 'c': {
            const char c = static_cast<char>(va_arg(args.list, int));
            Spec one = s;
            one.precision = -1;
            one.zero = false;
            return emit_padded(sink, one, "", &c, 1);
        }
        case '%': return emit(sink, "%", 1);
        default: {  // unknown: print it unchanged to make the mistake visible
            const char shown[2] = {'%', s.conversion};
            return emit(sink, shown, s.conversion ? 2 : 1);
        }
    }
}

// Formats one conversion. p points after the '%'; returns the position after the conversion.
const char* parse_and_emit(TextSink& sink, const char* p, Arguments& args) {
    Spec s;
    parse_flags(p, s);
    if (*p == '*') {
        s.width = va_arg(args.list, int);
        if (s.width < 0) s.left = true, s.width = -s.width;
        p++;
    } else {
        s.width = parse_number(p);
    }
    if (*p == '.') {
        p++;
        if (*p == '*')
            s.precision = va_arg(args.list, int), p++;
        else
            s.precision = parse_number(p);
    }
    parse_length(p, s);
    s.conversion = *p;
    emit_one(sink, s, args);
    return *p ? p + 1 : p;
}

// Counts all characters and stores those that fit.
struct BoundedText {
    char* at;
    usize room;
    usize total;
    static void write(void* context, const char* text, usize n) {
        auto* b = static_cast<BoundedText*>(context);
        usize kept = n < b->room ? n : b->room;
        memcpy(b->at, text, kept);
        b->at += kept;
        b->room -= kept;
        b->total += n;
    }
};

}  // namespace

void vformat(TextSink sink, const char* format, std::va_list list) {
    Arguments args;
    va_copy(args.list, list);
    while (*format) {
        const char* run = format;
        while (*format && *format != '%') format++;
        emit(sink, run, static_cast<usize>(format - run));
        if (*format == '%') format = parse_and_emit(sink, format + 1, args);
    }
    va_end(args.list);
}

void format(TextSink sink, const char* fmt, ...) {
    std::va_list args;
    va_start(args, fmt);
    vformat(sink, fmt, args);
    va_end(args);
}

int vformat_to(char* buffer, usize size, const char* fmt, std::va_list args) {
    BoundedText text{buffer, size ? size - 1 : 0, 0};
    vformat({BoundedText::write, &text}, fmt, args);
    if (size) *text.at = '\0';
    return static_cast<int>(text.total);
}

int format_to(char* buffer, usize size, const char* fmt, ...) {
    std::va_list args;
    va_start(args, fmt);
    int n = vformat_to(buffer, size, fmt, args);
    va_end(args);
    return n;
}
