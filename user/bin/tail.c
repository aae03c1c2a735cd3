/* tail: prints the end of files, and what is added to one. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "tail [-q] [-f] [-n LINES | -c BYTES] [FILE...]      prints the end of files\n"
    "  default: 10 lines; +N: from line or byte N on; -N means -n N; -q: no names between several files\n"
    "  -f  goes on with what is added to the file, until Ctrl-C";
static long wanted = 10;
static int in_bytes, from_start, follow, show_names;

/* The last part of the file, as far as it may be printed: text[from] to text[used]. */
static char* text;
static size_t from, used, room;
static long lines; /* newlines in it */

static void drop_line(void) {
    const char* end = memchr(text + from, '\n', used - from);
    if (end) lines--;
    from = end ? (size_t)(end + 1 - text) : used;
}

/* Removes what is certainly not among the last lines or bytes. */
static void drop_surplus(void) {
    if (in_bytes && used - from > (size_t)wanted) from = used - (size_t)wanted;
    while (!in_bytes && lines > wanted) drop_line();
    if (from <= used / 2) return;
    memmove(text, text + from, used - from);
    used -= from;
    from = 0;
}

static void keep_end(FILE* f) {
    size_t n;
    from = used = 0, lines = 0;
    do {
        if (room - used < 4096) text = resized(text, room = 2 * room + 8192);
        n = fread(text + used, 1, 4096, f);
        for (const char* p = text + used; p < text + used + n; p++) lines += *p == '\n';
        used += n;
        drop_surplus();
    } while (n > 0);
    /* The last line may lack its newline. */
    if (!in_bytes && used > from && text[used - 1] != '\n' && lines == wanted) drop_line();
    fwrite(text + from, 1, used - from, stdout);
}

static void skip_start(FILE* f) {
    int c;
    for (long left = wanted - 1; left > 0 && (c = getc(f)) != EOF;) {
        if (in_bytes || c == '\n') left--;
    }
}

static void copy(FILE* f) {
    for (int c; (c = getc(f)) != EOF;) putchar(c);
}

static int tail(FILE* f, const char* name) {
    static int printed;
    if (show_names)
        printf("%s==> %s <==\n", printed++ ? "\n" : "", strcmp(name, "-") ? name : "standard input");
    if (from_start)
        skip_start(f), copy(f);
    else
        keep_end(f);
    while (follow && !ferror(f) && fflush(stdout) == 0) {
        usleep(200000);
        clearerr(f);
        copy(f);
    }
    return 0;
}

static void parse_count(const char* count, int bytes) {
    if (*count == '-' || *count == '+') from_start = *count++ == '+';
    if (!parse_number(count, 0, 0x7fffffffffff, &wanted)) bad_usage(usage);
    in_bytes = bytes;
}

int main(int argc, char** argv) {
    int letter, quiet = 0;
    help_if_asked(argc, argv, usage);
    if (argc > 1 && (argv[1][0] == '-' || argv[1][0] == '+') && isdigit((unsigned char)argv[1][1])) {
        parse_count(argv[1], 0);
        optind = 2;
    }
    while ((letter = getopt(argc, argv, "qfn:c:")) != -1) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'q') quiet = 1;
        if (letter == 'f') follow = 1;
        if (letter == 'n' || letter == 'c') parse_count(optarg, letter == 'c');
    }
    if (follow && argc - optind > 1) die("-f can follow one file only");
    show_names = argc - optind > 1 && !quiet;
    return end_output(for_each_input(argv + optind, tail), 1);
}
