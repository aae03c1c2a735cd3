/* grep: prints the lines that match a pattern. */
#include <err.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "grep [-EFHLchilnqrsvwx] PATTERN | -e PATTERN... [FILE...]      prints the lines that match\n"
    "  -i  a is equal to A     -v  the lines that do not match     -w, -x  whole words, lines\n"
    "  -n  with their number   -c  only how many                   -l, -L  only the names of files with, "
    "without\n"
    "  -r  also in directories -h, -H  without, with the names     -q  only the status   -s  no errors\n"
    "  -E  an extended regular expression, -F a text; otherwise a basic regular expression\n"
    "  Status: 0: a line was found, 1: none, 2: an error.";
enum { FOUND = 0, NOT_FOUND = 1, TROUBLE = 2 };

static int has[128]; /* the options, by their letter */
static int show_names, in_directories, found_any, trouble;
static regex_t* patterns;
static size_t pattern_count;

/* ---- patterns ---- */

/* Of -F: the text as a basic regular expression. */
static char* escaped(const char* text, size_t length) {
    char *result = resized(NULL, 2 * length + 1), *to = result;
    for (size_t i = 0; i < length; i++) {
        if (strchr(".[*^$\\", text[i])) *to++ = '\\';
        *to++ = text[i];
    }
    *to = '\0';
    return result;
}

static char* whole(const char* pattern, const char* before, const char* after) {
    const size_t size = strlen(before) + strlen(pattern) + strlen(after) + 1;
    char* result = resized(NULL, size);
    snprintf(result, size, "%s%s%s", before, pattern, after);
    return result;
}

static void add_pattern(const char* text, size_t length) {
    char* pattern = has['F'] ? escaped(text, length) : strndup(text, length);
    char message[100];
    if (!pattern) err(TROUBLE, "pattern");
    if (has['x']) {
        char* line = has['E'] ? whole(pattern, "^(", ")$") : whole(pattern, "^\\(", "\\)$");
        free(pattern);
        pattern = line;
    }
    patterns = resized(patterns, (pattern_count + 1) * sizeof *patterns);
    const int flags = (has['E'] ? REG_EXTENDED : 0) | (has['i'] ? REG_ICASE : 0);
    const int error = regcomp(&patterns[pattern_count++], pattern, flags);
    if (error) {
        regerror(error, &patterns[pattern_count - 1], message, sizeof message);
        errx(TROUBLE, "the pattern %s is invalid: %s", pattern, message);
    }
    free(pattern);
}

/* Each line of the text is a pattern. */
static void add_patterns(const char* text) {
    for (const char* end; (end = strchr(text, '\n')) != NULL; text = end + 1)
        add_pattern(text, (size_t)(end - text));
    add_pattern(text, strlen(text));
}

static int is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* A match that has no letter, digit or _ before and behind it. */
static int matches_word(const regex_t* pattern, const char* line) {
    regmatch_t match;
    for (const char* p = line; regexec(pattern, p, 1, &match, p == line ? 0 : REG_NOTBOL) == 0;) {
        const char *start = p + match.rm_so, *end = p + match.rm_eo;
        const int free_before = start == line || !is_word_character(start[-1]);
        if (free_before && !is_word_character(*end) && end > start) return 1;
        if (!*start) return 0;
        p = start + 1;
    }
    return 0;
}

/* A regular expression ends at a zero byte: what is behind it is searched as a further line. */
static int matches(const char* line, size_t length) {
    for (const char* p = line; p <= line + length; p += strlen(p) + 1) {
        for (size_t i = 0; i < pattern_count; i++) {
            if (has['w'] ? matches_word(&patterns[i], p) : regexec(&patterns[i], p, 0, NULL, 0) == 0)
                return 1;
        }
    }
    return 0;
}

/* ---- files ---- */

static void print_line(const char* name, long number, const char* line) {
    if (show_names) printf("%s:", name);
    if (has['n']) printf("%ld:", number);
    puts(line);
}

/* Returns the number of lines that were found. With -l and -q, the first is enough. */
static long search_lines(FILE* f, const char* name) {
    char* line = NULL;
    size_t size = 0;
    ssize_t length;
    long found = 0;
    int binary = 0;
    for (long number = 1; (length = getline(&line, &size, f)) >= 0; number++) {
        binary |= memchr(line, '\0', (size_t)length) != NULL;
        if (line[length - 1] == '\n') line[--length] = '\0';
        if (matches(line, (size_t)length) == has['v']) continue;
        found++;
        if (has['q'] || has['l'] || has['L']) break;
        if (has['c']) continue;
        if (binary) {
            complain("%s: binary file matches", name);
            break;
        }
        print_line(name, number, line);
    }
    free(line);
    return found;
}

static int search(FILE* f, const char* name) {
    if (strcmp(name, "-") == 0) name = "(standard input)";
    const long found = search_lines(f, name);
    found_any |= found > 0;
    if (has['q']) return 0;
    if (has['l'] || has['L']) {
        if ((found > 0) == has['l']) puts(name);
    } else if (has['c']) {
        if (show_names) printf("%s:", name);
        printf("%ld\n", found);
    }
    return 0;
}

static void search_path(const char* path);

static void search_directory(const char* path) {
    char** names = names_in(path);
    if (!names) {
        warn("cannot open %s", path);
        trouble = 1;
        return;
    }
    for (char** name = names; *name; name++) {
        char* inner = path_in(path, *name);
        search_path(inner);
        free(inner);
    }
    free_names(names);
}

static void search_path(const char* path) {
    struct stat st;
    const int is_stdin = strcmp(path, "-") == 0;
    if (in_directories && !is_stdin && stat(path, &st) == 0) {
        if (S_ISDIR(st.st_mode)) return search_directory(path);
        if (!S_ISREG(st.st_mode)) return; /* a read of a device may wait for ever */
    }
    if (has['s'] && !is_stdin && access(path, R_OK) != 0) {
        trouble = 1;
        return;
    }
    FILE* f = open_input(path);
    if (!f) {
        trouble = 1;
        return;
    }
    search(f, path);
    trouble |= close_input(f, path);
}

int main(int argc, char** argv) {
    static char* expressions[64];
    int count = 0;
    if (argc > 1 && strcmp(argv[1], "-h") != 0) help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "EFGHLce:hilnqrRsvwx")) != -1;) {
        if (letter == '?' || count == 64) bad_usage_as(TROUBLE, usage);
        if (letter == 'e') expressions[count++] = optarg;
        has[letter] = 1;
    }
    if (count == 0 && optind == argc) bad_usage_as(TROUBLE, usage);
    if (count == 0) expressions[count++] = argv[optind++];
    for (int i = 0; i < count; i++) add_patterns(expressions[i]);
    in_directories = has['r'] || has['R'];
    show_names = has['H'] || (!has['h'] && (in_directories || argc - optind > 1));
    if (optind == argc) search_path(in_directories ? "." : "-");
    for (; optind < argc; optind++) search_path(argv[optind]);
    const int status = trouble ? TROUBLE : found_any ? FOUND : NOT_FOUND;
    return end_output(has['q'] && found_any ? FOUND : status, TROUBLE);
}
