/* cat: copies files, or standard input, to standard output. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "cat [-n] [FILE...]      prints the files, or else its standard input; - is the standard input\n"
    "  -n  numbers the lines";
static char buffer[4096];

/* What has been read is written at once: the input may be a terminal or a socket. */
static int copy(FILE* f, const char* name) {
    ssize_t n;
    (void)name;
    while ((n = read(fileno(f), buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0; done < n;) {
            const ssize_t written = write(1, buffer + done, (size_t)(n - done));
            if (written <= 0) err(1, "cannot write");
            done += written;
        }
    }
    if (n == 0) return 0;
    warn("cannot read %s", strcmp(name, "-") == 0 ? "standard input" : name);
    return 1;
}

static int copy_numbered(FILE* f, const char* name) {
    static int at_start = 1; /* of a line; a line may continue in the next file */
    static long line;
    (void)name;
    for (int c; (c = getc(f)) != EOF;) {
        if (at_start) printf("%6ld\t", ++line);
        at_start = c == '\n';
        putchar(c);
    }
    return 0;
}

int main(int argc, char** argv) {
    int (*how)(FILE*, const char*) = copy;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "nu")) != -1;) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'n') how = copy_numbered;
    }
    return end_output(for_each_input(argv + optind, how), 1);
}
