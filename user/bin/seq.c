/* seq: prints numbers at equal distances. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "seq [-w] [-s SEPARATOR] [FIRST [STEP]] LAST      prints the numbers from FIRST to LAST, one a line\n"
    "  FIRST and STEP are 1 if not given; all may have decimals, such as 0.5; -w: all with the same width";

/* A decimal number is an integer, in units of the smallest decimal place of all three: so sums are exact. */
enum { MOST_DIGITS = 17 };

static int decimals_of(const char* text) {
    const char* point = strchr(text, '.');
    return point ? (int)strlen(point + 1) : 0;
}

static long parse(const char* text, int decimals) {
    const char* p = text + (*text == '-' || *text == '+');
    long value = 0;
    int digits = 0, places = 0, behind_point = 0;
    for (; *p; p++) {
        if (*p == '.' && !behind_point) {
            behind_point = 1;
            continue;
        }
        if (!isdigit((unsigned char)*p)) die("\"%s\" is not a decimal number", text);
        value = value * 10 + *p - '0';
        digits += digits > 0 || *p != '0';
        places += behind_point;
        if (digits > MOST_DIGITS) die("%s has more than %d digits", text, MOST_DIGITS);
    }
    if (p == text || p[-1] == '-' || p[-1] == '+') die("\"%s\" is not a decimal number", text);
    for (; places < decimals; places++) {
        if (++digits > MOST_DIGITS) die("%s has more than %d digits", text, MOST_DIGITS);
        value *= 10;
    }
    return *text == '-' ? -value : value;
}

/* Writes the number with some of its decimals; the others are zeros. */
static int text_of(long value, int decimals, int shown, char text[32]) {
    unsigned long unit = 1, n = value < 0 ? -(unsigned long)value : (unsigned long)value;
    for (int i = shown; i < decimals; i++) n /= 10;
    for (int i = 0; i < shown; i++) unit *= 10;
    const char* sign = value < 0 ? "-" : "";
    if (shown == 0) return snprintf(text, 32, "%s%lu", sign, n);
    return snprintf(text, 32, "%s%lu.%0*lu", sign, n / unit, shown, n % unit);
}

/* As printf's 0 flag does: the zeros come behind the sign. */
static void print(const char* text, int width) {
    const int negative = *text == '-';
    if (negative) putchar('-');
    for (int n = (int)strlen(text); n < width; n++) putchar('0');
    fputs(text + negative, stdout);
}

static void print_sequence(long first, long step, long last, int decimals, int shown, const char* separator,
                           int same_width) {
    char text[32];
    int width = 0;
    if (same_width) {
        width = text_of(first, decimals, shown, text);
        const long end = first + (last - first) / step * step;
        const int end_width = text_of(end, decimals, shown, text);
        if (end_width > width) width = end_width;
    }
    for (long n = first; step > 0 ? n <= last : n >= last; n += step) {
        if (n != first) fputs(separator, stdout);
        text_of(n, decimals, shown, text);
        print(text, width);
        if (ferror(stdout)) return;
    }
    if (step > 0 ? first <= last : first >= last) putchar('\n');
}

static int is_option(const char* word) {
    return word[0] == '-' && word[1] && !isdigit((unsigned char)word[1]) && word[1] != '.';
}

int main(int argc, char** argv) {
    const char *separator = "\n", *number[3] = {"1", "1", "1"};
    int i = 1, same_width = 0, decimals = 0;
    help_if_asked(argc, argv, usage);
    for (; i < argc && is_option(argv[i]); i++) {
        if (strcmp(argv[i], "-w") == 0)
            same_width = 1;
        else if (strncmp(argv[i], "-s", 2) == 0 && argv[i][2])
            separator = argv[i] + 2;
        else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc)
            separator = argv[++i];
        else
            bad_usage(usage);
    }
    if (argc - i < 1 || argc - i > 3) bad_usage(usage);
    number[2] = argv[argc - 1];
    if (argc - i > 1) number[0] = argv[i];
    if (argc - i > 2) number[1] = argv[i + 1];
    for (int k = 0; k < 3; k++) {
        if (decimals_of(number[k]) > decimals) decimals = decimals_of(number[k]);
    }
    const int of_first = decimals_of(number[0]), of_step = decimals_of(number[1]);
    const long first = parse(number[0], decimals), step = parse(number[1], decimals),
               last = parse(number[2], decimals);
    if (step == 0) die("the step is zero");
    print_sequence(first, step, last, decimals, of_first > of_step ? of_first : of_step, separator,
                   same_width);
    return end_output(0, 1);
}
