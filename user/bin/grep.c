/* grep: prints the lines that match. Status 0: some did, 1: none, 2: an error.
 *
 * A pattern consists of ^ (start of line), $ (end of line), . (any character), x* (any number of x) and other
 * characters, which match themselves. After Kernighan and Pike, "The Practice of Programming", section 9.2.
 */
#include "user.h"

static const char usage[] =
    "grep [-v] PATTERN [FILE...]      prints the lines that match; ^ $ . and * are special\n"
    "  -v  prints the lines that do not match";
static char line[4096];

static int match_here(const char* pattern, const char* text);

/* c* and then the rest, with as few c as possible. */
static int match_star(char c, const char* rest, const char* text) {
    do {
        if (match_here(rest, text)) return 1;
    } while (*text && (*text++ == c || c == '.'));
    return 0;
}

static int match_here(const char* pattern, const char* text) {
    for (; *pattern; pattern++, text++) {
        if (pattern[1] == '*') return match_star(pattern[0], pattern + 2, text);
        if (pattern[0] == '$' && pattern[1] == '\0') return *text == '\0';
        if (*text == '\0' || (*pattern != '.' && *pattern != *text)) return 0;
    }
    return 1;
}

static int matches(const char* pattern, const char* text) {
    if (*pattern == '^') return match_here(pattern + 1, text);
    do {
        if (match_here(pattern, text)) return 1;
    } while (*text++);
    return 0;
}

/* Returns the number of lines printed, or -1 after an error message. */
static int grep(const char* pattern, int inverted, int fd, const char* name, int show_name) {
    int found = 0, n;
    while ((n = fgetline(fd, line, sizeof line)) > 0) {
        if (line[n - 1] == '\n') line[n - 1] = '\0';
        if (matches(pattern, line) == inverted) continue;
        found++;
        printf("%s%s%s\n", show_name ? name : "", show_name ? ":" : "", line);
    }
    if (n == 0) return found;
    complain("cannot read %s: %s", name, strerror(n));
    return -1;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    int letter, inverted = 0, found = 0, trouble = 0;
    while ((letter = getopt(argc, argv, "v")) != -1) {
        if (letter != 'v') bad_usage(usage);
        inverted = 1;
    }
    if (optind >= argc) bad_usage(usage);
    const char* pattern = argv[optind++];
    const int many = argc - optind > 1;
    if (optind == argc) {
        const int n = grep(pattern, inverted, 0, "standard input", 0);
        return n < 0 ? 2 : n == 0;
    }
    for (; optind < argc; optind++) {
        const int fd = open(argv[optind], O_RDONLY);
        if (fd < 0) complain("cannot open %s: %s", argv[optind], strerror(fd));
        const int n = fd < 0 ? -1 : grep(pattern, inverted, fd, argv[optind], many);
        if (fd >= 0) close(fd);
        if (n < 0)
            trouble = 1;
        else
            found += n;
    }
    return trouble ? 2 : found == 0;
}
