/* wc: counts lines, words and bytes. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "wc [-lwc] [FILE...]      prints the number of lines, words and bytes, and the name\n"
    "  -l, -w, -c  only the lines, words, bytes";
enum { LINES, WORDS, BYTES, COUNTS };
static const char letters[] = "lwc";
static int wanted[COUNTS];
static unsigned long total[COUNTS];
static int has_names;

static void print(const unsigned long count[COUNTS], const char* name) {
    const char* space = "";
    for (int i = 0; i < COUNTS; i++) {
        if (!wanted[i]) continue;
        printf("%s%lu", space, count[i]);
        space = " ";
    }
    printf("%s%s\n", *name ? " " : "", name);
}

static int count_file(FILE* f, const char* name) {
    unsigned long count[COUNTS] = {0};
    int in_word = 0;
    for (int c; (c = getc(f)) != EOF;) {
        const int was_in_word = in_word;
        in_word = !isspace(c);
        count[LINES] += c == '\n';
        count[WORDS] += in_word && !was_in_word;
        count[BYTES]++;
    }
    for (int i = 0; i < COUNTS; i++) total[i] += count[i];
    print(count, has_names ? name : "");
    return 0;
}

int main(int argc, char** argv) {
    int all = 1;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, letters)) != -1;) {
        if (letter == '?') bad_usage(usage);
        wanted[strchr(letters, letter) - letters] = 1;
        all = 0;
    }
    for (int i = 0; i < COUNTS; i++) wanted[i] |= all;
    has_names = optind < argc;
    const int failed = for_each_input(argv + optind, count_file);
    if (argc - optind > 1) print(total, "total");
    return end_output(failed, 1);
}
