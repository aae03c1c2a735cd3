/* head: prints the beginning of files. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "head [-q] [-n LINES | -c BYTES] [FILE...]      prints the beginning of files\n"
    "  default: 10 lines; -N means -n N; -q: no names between several files";
static long wanted = 10;
static int in_bytes, show_names;

static int head(FILE* f, const char* name) {
    static int printed;
    if (show_names)
        printf("%s==> %s <==\n", printed++ ? "\n" : "", strcmp(name, "-") ? name : "standard input");
    for (long left = wanted; left > 0;) {
        const int c = getc(f);
        if (c == EOF) break;
        putchar(c);
        if (in_bytes || c == '\n') left--;
    }
    return 0;
}

int main(int argc, char** argv) {
    int letter, quiet = 0;
    help_if_asked(argc, argv, usage);
    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
        if (!parse_number(argv[1] + 1, 0, 0x7fffffffffff, &wanted)) bad_usage(usage);
        optind = 2;
    }
    while ((letter = getopt(argc, argv, "qn:c:")) != -1) {
        if (letter == 'q') {
            quiet = 1;
            continue;
        }
        if (letter == '?' || !parse_number(optarg, 0, 0x7fffffffffff, &wanted)) bad_usage(usage);
        in_bytes = letter == 'c';
    }
    show_names = argc - optind > 1 && !quiet;
    return end_output(for_each_input(argv + optind, head), 1);
}
