/* hexdump: prints bytes as hexadecimal numbers. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "hexdump [-Cv] [-n BYTES] [-s SKIP] [FILE...]      prints bytes as hexadecimal numbers, 16 a line\n"
    "  default: as numbers of 16 bits, the lower byte first; -C: byte by byte, and as characters\n"
    "  -v  also lines that repeat the one above, which are otherwise shown as *";

enum { WIDTH = 16 };
static int canonical, all_lines;
static long skip, left = -1; /* -1: all */
static unsigned char row[WIDTH], last[WIDTH];
static int filled, repeated;
static unsigned long offset;

static void print_words(void) {
    printf("%07lx", offset);
    for (int i = 0; i < filled; i += 2) printf(" %02x%02x", i + 1 < filled ? row[i + 1] : 0, row[i]);
    /* The last line is as wide as the others. */
    printf("%*s\n", (WIDTH / 2 - (filled + 1) / 2) * 5, "");
}

static void print_bytes(void) {
    printf("%08lx ", offset);
    for (int i = 0; i < WIDTH; i++) {
        if (i == WIDTH / 2) putchar(' ');
        if (i < filled)
            printf(" %02x", row[i]);
        else
            printf("   ");
    }
    printf("  |");
    for (int i = 0; i < filled; i++) putchar(row[i] < 128 && isprint(row[i]) ? row[i] : '.');
    printf("|\n");
}

static void print_row(void) {
    const int same = !all_lines && offset > (unsigned long)skip && memcmp(row, last, WIDTH) == 0;
    if (!same || filled < WIDTH) {
        if (canonical)
            print_bytes();
        else
            print_words();
        repeated = 0;
    } else if (!repeated++) {
        printf("*\n");
    }
    memcpy(last, row, WIDTH);
    offset += (unsigned long)filled;
    filled = 0;
}

/* A line may have bytes of several files. */
static int dump(FILE* f, const char* name) {
    static long skipped;
    (void)name;
    for (int c; left != 0 && (c = getc(f)) != EOF;) {
        if (skipped < skip) {
            skipped++;
            continue;
        }
        row[filled++] = (unsigned char)c;
        if (left > 0) left--;
        if (filled == WIDTH) print_row();
    }
    return 0;
}

static long number(const char* text) {
    char* end;
    const long n = strtol(text, &end, 0);
    if (end == text || *end || n < 0) bad_usage(usage);
    return n;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "Cvn:s:")) != -1;) {
        switch (letter) {
            case 'C': canonical = 1; break;
            case 'v': all_lines = 1; break;
            case 'n': left = number(optarg); break;
            case 's': skip = number(optarg); break;
            default: bad_usage(usage);
        }
    }
    offset = (unsigned long)skip;
    const int failed = for_each_input(argv + optind, dump);
    if (filled) print_row();
    if (offset > (unsigned long)skip) printf(canonical ? "%08lx\n" : "%07lx\n", offset);
    return end_output(failed, 1);
}
