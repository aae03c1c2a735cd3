/* uniq: prints lines that follow each other and are equal only once. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "uniq [-cdiu] [-f FIELDS] [-s CHARACTERS] [INPUT [OUTPUT]]      one of each group of equal lines\n"
    "  -c  with their number; -d  only of several lines; -u  only single lines; -i  a is equal to A\n"
    "  -f, -s  so many fields, then characters at the start of a line are not compared";
static int with_count, only_several, only_single, fold;
static long fields, characters;

static const char* compared_part(const char* line) {
    for (long i = 0; i < fields && *line; i++) {
        line += strspn(line, " \t");
        line += strcspn(line, " \t\n");
    }
    for (long i = 0; i < characters && *line && *line != '\n'; i++) line++;
    return line;
}

static int are_equal(const char* a, const char* b) {
    a = compared_part(a), b = compared_part(b);
    return (fold ? strcasecmp(a, b) : strcmp(a, b)) == 0;
}

static void print(const char* line, long count) {
    if ((only_several && count == 1) || (only_single && count > 1)) return;
    if (with_count) printf("%7ld ", count);
    puts(line);
}

/* Two lines are kept: the first of the group, and the one that has just been read. */
static void print_groups(FILE* f) {
    char *first = NULL, *next = NULL, *swapped;
    size_t first_size = 0, next_size = 0, size;
    long count = 0;
    ssize_t n;
    while ((n = getline(&next, &next_size, f)) >= 0) {
        if (next[n - 1] == '\n') next[n - 1] = '\0';
        if (count > 0 && are_equal(first, next)) {
            count++;
            continue;
        }
        if (count > 0) print(first, count);
        swapped = first, first = next, next = swapped;
        size = first_size, first_size = next_size, next_size = size;
        count = 1;
    }
    if (count > 0) print(first, count);
    free(first);
    free(next);
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "cdiuf:s:")) != -1;) {
        switch (letter) {
            case 'c': with_count = 1; break;
            case 'd': only_several = 1; break;
            case 'i': fold = 1; break;
            case 'u': only_single = 1; break;
            case 'f':
                if (!parse_number(optarg, 0, 0x7fffffff, &fields)) bad_usage(usage);
                break;
            case 's':
                if (!parse_number(optarg, 0, 0x7fffffff, &characters)) bad_usage(usage);
                break;
            default: bad_usage(usage);
        }
    }
    if (argc - optind > 2) bad_usage(usage);
    const char* name = optind < argc ? argv[optind] : "-";
    FILE* f = open_input(name);
    if (!f) return 1;
    if (optind + 1 < argc && strcmp(argv[optind + 1], "-") != 0 && !freopen(argv[optind + 1], "w", stdout))
        err(1, "cannot open %s", argv[optind + 1]);
    print_groups(f);
    return end_output(close_input(f, name), 1);
}
