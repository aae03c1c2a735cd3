/* cut: prints parts of each line. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "cut -c LIST | -f LIST [-d CHARACTER] [-s] [FILE...]      prints characters or fields of each line\n"
    "  LIST: numbers from 1 and ranges such as 1,3-5,7-; -b is -c\n"
    "  -d  between the fields (default: a tab); -s: no lines without it";

enum { MOST_RANGES = 64 };
static struct { long from, to; } ranges[MOST_RANGES];
static int range_count;
static int by_field, only_separated;
static char separator = '\t';

static int is_wanted(long n) {
    for (int i = 0; i < range_count; i++) {
        if (n >= ranges[i].from && n <= ranges[i].to) return 1;
    }
    return 0;
}

/* Reads N, N-M, N- and -M, separated by commas. */
static void parse_list(const char* text) {
    for (range_count = 0; range_count < MOST_RANGES; text++) {
        char* end = (char*)text;
        long from = 1, to;
        if (*text != '-') from = strtol(text, &end, 10);
        if (from < 1 || (end == text && !isdigit((unsigned char)text[1]))) break;
        to = from;
        if (*end == '-') {
            text = end + 1;
            to = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : (end++, 0x7fffffffffff);
        }
        if (to < from) break;
        ranges[range_count].from = from;
        ranges[range_count++].to = to;
        if (*end == '\0') return;
        if (*end != ',') break;
        text = end;
    }
    die("the list is invalid: use numbers from 1 and ranges such as 1,3-5,7-");
}

static void cut_bytes(const char* line, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (is_wanted((long)i + 1)) putchar(line[i]);
    }
    putchar('\n');
}

static void cut_fields(const char* line, size_t length) {
    int printed = 0;
    long field = 1;
    if (!memchr(line, separator, length)) {
        if (only_separated) return;
        fwrite(line, 1, length, stdout);
        putchar('\n');
        return;
    }
    for (const char *p = line, *end = line + length; p <= end; field++) {
        const char* next = memchr(p, separator, (size_t)(end - p));
        if (!next) next = end;
        if (is_wanted(field)) {
            if (printed++) putchar(separator);
            fwrite(p, 1, (size_t)(next - p), stdout);
        }
        p = next + 1;
    }
    putchar('\n');
}

static int cut(FILE* f, const char* name) {
    char* line = NULL;
    size_t size = 0;
    ssize_t n;
    (void)name;
    while ((n = getline(&line, &size, f)) >= 0) {
        const size_t length = (size_t)n - (n > 0 && line[n - 1] == '\n');
        if (by_field)
            cut_fields(line, length);
        else
            cut_bytes(line, length);
    }
    free(line);
    return 0;
}

int main(int argc, char** argv) {
    int lists = 0, has_separator = 0;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "b:c:f:d:sn")) != -1;) {
        switch (letter) {
            case 'b':
            case 'c':
            case 'f':
                parse_list(optarg);
                by_field = letter == 'f';
                lists++;
                break;
            case 'd':
                if (strlen(optarg) > 1) die("-d takes one character, not \"%s\"", optarg);
                separator = *optarg;
                has_separator = 1;
                break;
            case 's': only_separated = 1; break;
            case 'n': break; /* POSIX: not inside of characters, which have one byte here */
            default: bad_usage(usage);
        }
    }
    if (lists != 1 || (!by_field && (has_separator || only_separated))) bad_usage(usage);
    return end_output(for_each_input(argv + optind, cut), 1);
}
