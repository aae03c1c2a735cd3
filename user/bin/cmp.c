/* cmp: compares two files byte by byte. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "cmp [-l | -s] FILE FILE      prints where two files differ first; status 0: they are the same, 1: not\n"
    "  -l  all bytes that differ: number, and both values in octal; -s  prints nothing";
enum { SAME = 0, DIFFERENT = 1, TROUBLE = 2 };

static int compare(FILE* a, FILE* b, const char* a_name, const char* b_name, int all, int silent) {
    long byte = 1, line = 1;
    for (int status = SAME;; byte++) {
        const int c = getc(a), d = getc(b);
        if (c == EOF && d == EOF) return status;
        if (c == EOF || d == EOF) {
            const char* shorter = c == EOF ? a_name : b_name;
            if (!silent) complain("%s ends after byte %ld", shorter, byte - 1);
            return DIFFERENT;
        }
        if (c != d) {
            status = DIFFERENT;
            if (all)
                printf("%ld %3o %3o\n", byte, c, d);
            else if (!silent)
                printf("%s %s differ: char %ld, line %ld\n", a_name, b_name, byte, line);
            if (!all) return DIFFERENT;
        }
        line += c == '\n';
    }
}

/* With -s there is no message. */
static FILE* open_file(const char* name, int silent) {
    if (silent && strcmp(name, "-") != 0 && access(name, R_OK) != 0) return NULL;
    return open_input(name);
}

int main(int argc, char** argv) {
    int letter, all = 0, silent = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "ls")) != -1) {
        if (letter == '?') bad_usage_as(TROUBLE, usage);
        if (letter == 'l')
            all = 1;
        else
            silent = 1;
    }
    if (argc - optind < 1 || argc - optind > 2) bad_usage_as(TROUBLE, usage);
    const char *a_name = argv[optind], *b_name = optind + 1 < argc ? argv[optind + 1] : "-";
    FILE* a = open_file(a_name, silent);
    FILE* b = a ? open_file(b_name, silent) : NULL;
    if (!b) return TROUBLE;
    const int status = compare(a, b, a_name, b_name, all, silent);
    if (close_input(a, a_name) || close_input(b, b_name)) return TROUBLE;
    return end_output(status, TROUBLE);
}
