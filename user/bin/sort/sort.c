/* sort: sorts the lines of files. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"
#include "manners.h"
#include "tools.h"

static const char usage[] =
    "sort [-bfnru] [-t CHARACTER] [-k KEY]... [-o OUTPUT] [FILE...]      sorts lines, by their bytes\n"
    "  -n  as numbers       -f  a as A          -r  in reverse      -u  one of lines that are equal\n"
    "  -c  only checks: status 1 if the lines are not sorted        -s  keeps the order of equal lines\n"
    "  -k  FIELD[.CHARACTER][bfnr][,FIELD[.CHARACTER]]: by the part of a line from here to there, from 1\n"
    "  -t  between fields; otherwise they begin with blanks; -b: which do not count";
enum { TROUBLE = 2, MOST_KEYS = 16 };

struct line {
    char* text;
    size_t place; /* in the input */
};
static struct line* lines;
static size_t count, room;

static struct key keys[MOST_KEYS];
static int key_count;
static char separator;
static int unique, stable, reverse;

/* The order by the keys alone. */
static int compare_keys(const char* a, const char* b) {
    for (int i = 0; i < key_count; i++) {
        const int order = compare_by_key(a, b, &keys[i], separator);
        if (order) return keys[i].how.reverse ? -order : order;
    }
    return 0;
}

/* Lines whose keys are equal are ordered by all of their bytes; but -u keeps the first of them. */
static int compare_lines(const void* one, const void* other) {
    const struct line *a = one, *b = other;
    int order = compare_keys(a->text, b->text);
    if (order == 0 && !unique && !stable) {
        order = strcmp(a->text, b->text);
        if (reverse) order = -order;
    }
    return order ? order : a->place < b->place ? -1 : 1;
}

static int read_lines(FILE* f, const char* name) {
    char* text = NULL;
    size_t size = 0;
    ssize_t n;
    (void)name;
    while ((n = getline(&text, &size, f)) >= 0) {
        if (n > 0 && text[n - 1] == '\n') text[n - 1] = '\0';
        if (count == room) lines = resized(lines, (room = 2 * room + 64) * sizeof *lines);
        lines[count] = (struct line){strcpy(resized(NULL, strlen(text) + 1), text), count};
        count++;
    }
    free(text);
    return 0;
}

static int check_order(void) {
    for (size_t i = 1; i < count; i++) {
        const int order = compare_lines(&lines[i - 1], &lines[i]);
        if (order < 0 && !(unique && compare_keys(lines[i - 1].text, lines[i].text) == 0)) continue;
        complain("line %zu is not in order: %s", i + 1, lines[i].text);
        return 1;
    }
    return 0;
}

static void print_lines(void) {
    for (size_t i = 0; i < count; i++) {
        if (unique && i > 0 && compare_keys(lines[i - 1].text, lines[i].text) == 0) continue;
        puts(lines[i].text);
    }
}

static void add_key(const char* text) {
    if (key_count == MOST_KEYS) errx(TROUBLE, "there are more than %d keys", MOST_KEYS);
    if (!parse_key(text, &keys[key_count++])) errx(TROUBLE, "the key %s is invalid; see sort --help", text);
}

/* A key without options of its own has those of the command line; no key means the whole line. */
static void complete_keys(const struct how* usual) {
    if (key_count == 0) add_key("1");
    for (int i = 0; i < key_count; i++) {
        if (has_own_options(&keys[i])) continue;
        keys[i].how = *usual;
        keys[i].skip_end_blanks = usual->skip_blanks;
    }
    reverse = usual->reverse;
}

int main(int argc, char** argv) {
    struct how usual = {0, 0, 0, 0};
    const char* output = NULL;
    int letter, only_check = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "bcfnrsuk:o:t:")) != -1) {
        switch (letter) {
            case 'b': usual.skip_blanks = 1; break;
            case 'f': usual.fold = 1; break;
            case 'n': usual.numeric = 1; break;
            case 'r': usual.reverse = 1; break;
            case 'u': unique = 1; break;
            case 's': stable = 1; break;
            case 'c': only_check = 1; break;
            case 'k': add_key(optarg); break;
            case 'o': output = optarg; break;
            case 't':
                if (strlen(optarg) != 1) errx(TROUBLE, "-t takes one character, not \"%s\"", optarg);
                separator = *optarg;
                break;
            default: bad_usage_as(TROUBLE, usage);
        }
    }
    complete_keys(&usual);
    if (for_each_input(argv + optind, read_lines)) return TROUBLE;
    if (only_check) return check_order();
    if (output && !freopen(output, "w", stdout)) err(TROUBLE, "cannot open %s", output);
    if (count) qsort(lines, count, sizeof *lines, compare_lines);
    print_lines();
    return end_output(0, TROUBLE);
}
