/* printf: prints its arguments in a format. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "printf FORMAT [ARGUMENT...]      prints the arguments; the format is used again until none is left\n"
    "  %s text   %b text with escapes   %c first character   %d %i %u %o %x %X numbers   %e %f %g   %%\n"
    "  \\a \\b \\f \\n \\r \\t \\v \\\\ \\NNN (octal) \\xHH; in %b also \\0NNN, and \\c, which ends the "
    "output";
static char** next; /* the argument to be printed next */
static int failed;

/* ---- escapes ---- */

static int digit_of(char c, int base) {
    const int digit = isdigit((unsigned char)c)    ? c - '0'
                      : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                                   : base;
    return digit < base ? digit : -1;
}

static int number_of_digits(const char** p, int base, int most) {
    int value = 0;
    for (; most-- > 0 && digit_of(**p, base) >= 0; ++*p) value = value * base + digit_of(**p, base);
    return value & 0xff;
}

/* Prints the character whose escape begins behind the backslash. Returns 0 at \c: no more output. */
static int print_escape(const char** p, int in_argument) {
    static const char names[] = "abefnrtv\\\"", values[] = "\a\b\033\f\n\r\t\v\\\"";
    const char* name = **p ? strchr(names, **p) : NULL;
    if (name) {
        putchar(values[name - names]);
        ++*p;
    } else if (digit_of(**p, 8) >= 0) {
        if (in_argument && **p == '0') ++*p;
        putchar(number_of_digits(p, 8, 3));
    } else if (**p == 'x' && digit_of((*p)[1], 16) >= 0) {
        ++*p;
        putchar(number_of_digits(p, 16, 2));
    } else if (**p == 'c') {
        return 0;
    } else {
        putchar('\\');
        if (**p) putchar(*(*p)++);
    }
    return 1;
}

/* ---- arguments ---- */

static const char* text_argument(void) { return *next ? *next++ : ""; }

/* Complains of what is behind the number, as POSIX asks for; the number is printed anyway. */
static void check_number(const char* text, const char* end) {
    if (end == text || *end)
        warnx(end == text ? "%s: not a number" : "%s: not only a number", text);
    else if (errno)
        warn("%s", text);
    else
        return;
    failed = 1;
}

/* "'x" and "\"x" are the code of x. */
static int is_character(const char* text) { return (*text == '\'' || *text == '"') && text[1]; }

static long long_argument(int is_signed) {
    const char* text = text_argument();
    char* end;
    if (!*text) return 0;
    if (is_character(text)) return (unsigned char)text[1];
    errno = 0;
    const long value = is_signed ? strtol(text, &end, 0) : (long)strtoul(text, &end, 0);
    check_number(text, end);
    return value;
}

static double double_argument(void) {
    const char* text = text_argument();
    char* end;
    if (!*text) return 0;
    if (is_character(text)) return (unsigned char)text[1];
    errno = 0;
    const double value = strtod(text, &end);
    check_number(text, end);
    return value;
}

/* ---- the format ---- */

/* Returns 0: no more output. */
static int print_escaped(const char* text) {
    while (*text) {
        if (*text != '\\')
            putchar(*text++);
        else if (text++, !print_escape(&text, 1))
            return 0;
    }
    return 1;
}

/* Prints one conversion, which begins at the %. Returns 0: no more output. */
static int print_conversion(const char** p) {
    char spec[64] = "%";
    size_t n = 1;
    for (++*p; **p && strchr("-+ #0", **p) && n < 8; ++*p) spec[n++] = **p;
    for (; isdigit((unsigned char)**p) || **p == '.' || **p == '*'; ++*p) {
        if (n > 32) errx(1, "a conversion is too long");
        if (**p == '*')
            n += (size_t)snprintf(spec + n, 16, "%d", (int)long_argument(1));
        else
            spec[n++] = **p;
    }
    const char kind = **p;
    if (kind) ++*p;
    if (kind && strchr("diuoxX", kind)) {
        spec[n] = 'l', spec[n + 1] = kind;
        printf(spec, long_argument(kind == 'd' || kind == 'i'));
    } else if (kind && strchr("aAeEfFgG", kind)) {
        spec[n] = kind;
        printf(spec, double_argument());
    } else if (kind == 's') {
        spec[n] = kind;
        printf(spec, text_argument());
    } else if (kind == 'c') {
        spec[n] = kind;
        printf(spec, *text_argument());
    } else if (kind == 'b' && n == 1) {
        return print_escaped(text_argument());
    } else if (kind == '%' && n == 1) {
        putchar('%');
    } else {
        fflush(stdout);
        errx(1, "%%%c is not a conversion; see printf --help", kind ? kind : ' ');
    }
    return 1;
}

/* Returns 0: no more output. */
static int print_format(const char* p) {
    while (*p) {
        if (*p == '\\') {
            p++;
            if (!print_escape(&p, 0)) return 0;
        } else if (*p == '%') {
            if (!print_conversion(&p)) return 0;
        } else {
            putchar(*p++);
        }
    }
    return 1;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc > 1 && strcmp(argv[1], "--") == 0) argc--, argv++;
    if (argc < 2) bad_usage(usage);
    next = argv + 2;
    for (char** before = NULL; before != next && (before == NULL || *next);) {
        before = next;
        if (!print_format(argv[1])) break;
    }
    return end_output(failed, 1);
}
