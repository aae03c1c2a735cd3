/* wc: counts lines, words and bytes. */
#include "user.h"

static const char usage[] = "wc [FILE...]      prints the number of lines, words and bytes, and the name";
static char buffer[4096];

static int is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\v'; }

static int count(int fd, const char* name) {
    unsigned long lines = 0, words = 0, bytes = 0;
    int in_word = 0, n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
        bytes += n;
        for (int i = 0; i < n; i++) {
            if (buffer[i] == '\n') lines++;
            if (is_blank(buffer[i]))
                in_word = 0;
            else if (!in_word)
                in_word = 1, words++;
        }
    }
    if (n < 0) {
        complain("cannot read %s: %s", *name ? name : "standard input", strerror(n));
        return 1;
    }
    printf("%lu %lu %lu %s\n", lines, words, bytes, name);
    return 0;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc == 1) return count(0, "");
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        const int fd = open(argv[i], O_RDONLY);
        if (fd < 0) {
            complain("cannot open %s: %s", argv[i], strerror(fd));
            failed = 1;
            continue;
        }
        failed |= count(fd, argv[i]);
        close(fd);
    }
    return failed;
}
