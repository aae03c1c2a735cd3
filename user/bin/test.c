/* test: compares texts and numbers, and asks about files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "[ EXPRESSION ], test EXPRESSION      status 0: it is true, 1: it is not, 2: an error\n"
    "  -e FILE  exists   -f  a file   -d  a directory   -c  a device   -S  a socket   -p  a pipe   -s  not "
    "empty\n"
    "  -r -w -x FILE  may be read, written, executed     A -nt B  newer   A -ot B  older   A -ef B  the "
    "same\n"
    "  -n TEXT  not empty   -z  empty   A = B   A != B   A < B   A > B     -t FD  is a terminal\n"
    "  N -eq M  -ne -gt -ge -lt -le      ! E  not   E -a E  and   E -o E  or   ( E )";
enum { ERROR = 2 };

static char** at; /* the next word */
static int left;  /* how many */

static void fail(const char* what, const char* word) {
    complain("%s: %s", word ? word : "the end", what);
    exit(ERROR);
}

static const char* take(void) {
    if (left == 0) fail("an operand is missing", NULL);
    left--;
    return *at++;
}

static int is(const char* word, const char* wanted) { return strcmp(word, wanted) == 0; }

/* ---- files ---- */

static int asks_about_file(char letter, const char* path) {
    struct stat st;
    if (stat(path, &st) != 0) return 0;
    switch (letter) {
        case 'e': return 1;
        case 'f': return S_ISREG(st.st_mode);
        case 'd': return S_ISDIR(st.st_mode);
        case 'c': return S_ISCHR(st.st_mode);
        case 'b': return S_ISBLK(st.st_mode);
        case 'p': return S_ISFIFO(st.st_mode);
        case 'S': return S_ISSOCK(st.st_mode);
        case 's': return st.st_size > 0;
        case 'g': return (st.st_mode & S_ISGID) != 0;
        case 'u': return (st.st_mode & S_ISUID) != 0;
        case 'r': return access(path, R_OK) == 0;
        case 'w': return access(path, W_OK) == 0;
        case 'x': return access(path, X_OK) == 0;
        case 'h':
        case 'L': return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    }
    return 0;
}

/* -nt: also true if only the first exists; -ot: if only the second exists. */
static int compare_files(const char* a, const char* operator, const char* b) {
    struct stat s, t;
    const int has_a = stat(a, &s) == 0, has_b = stat(b, &t) == 0;
    if (is(operator, "-ef")) return has_a && has_b && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
    if (!has_a || !has_b) return is(operator, "-nt") ? has_a && !has_b : has_b && !has_a;
    const long seconds = s.st_mtim.tv_sec - t.st_mtim.tv_sec;
    const long newer = seconds ? seconds : s.st_mtim.tv_nsec - t.st_mtim.tv_nsec;
    return is(operator, "-nt") ? newer > 0 : newer < 0;
}

/* ---- operators ---- */

static long number(const char* text) {
    char* end;
    errno = 0;
    const long n = strtol(text, &end, 10);
    while (*end == ' ' || *end == '\t') end++;
    if (end == text || *end || errno) fail("not a number", text);
    return n;
}

static int is_unary(const char* word) {
    return word[0] == '-' && word[1] && !word[2] && strchr("bcdefghLnprsStuwxz", word[1]);
}

static int unary(const char* operator, const char* operand) {
    switch (operator[1]) {
        case 'n': return *operand != '\0';
        case 'z': return *operand == '\0';
        case 't': return isatty((int)number(operand));
    }
    return asks_about_file(operator[1], operand);
}

static int is_binary(const char* word) {
    static const char* const operators[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                            "-gt", "-ge", "-lt", "-le", "-nt", "-ot", "-ef"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (is(word, operators[i])) return 1;
    }
    return 0;
}

static int binary(const char* a, const char* operator, const char* b) {
    if (*operator== '=') return is(a, b);
    if (*operator== '!') return !is(a, b);
    if (*operator== '<') return strcmp(a, b) < 0;
    if (*operator== '>') return strcmp(a, b) > 0;
    if (is(operator, "-nt") || is(operator, "-ot") || is(operator, "-ef"))
        return compare_files(a, operator, b);
    const long n = number(a), m = number(b);
    if (is(operator, "-eq")) return n == m;
    if (is(operator, "-ne")) return n != m;
    if (is(operator, "-gt")) return n > m;
    if (is(operator, "-ge")) return n >= m;
    return is(operator, "-lt") ? n < m : n <= m;
}

/* ---- expressions ---- */

static int either(void);

/* POSIX: with three words, a binary operator in the middle comes before everything else. */
static int primary(void) {
    if (left >= 3 && is_binary(at[1])) {
        const char *a = take(), *operator= take();
        return binary(a, operator, take());
    }
    if (left > 1 && is(*at, "!")) return take(), !primary();
    if (left > 1 && is(*at, "(")) {
        take();
        const int value = either();
        if (left == 0 || !is(take(), ")")) fail("there is no )", NULL);
        return value;
    }
    if (left > 1 && is_unary(*at)) {
        const char* operator= take();
        return unary(operator, take());
    }
    return *take() != '\0';
}

static int both(void) {
    int value = primary();
    while (left > 0 && is(*at, "-a")) take(), value &= primary();
    return value;
}

static int either(void) {
    int value = both();
    while (left > 0 && is(*at, "-o")) take(), value |= both();
    return value;
}

/* POSIX decides short expressions by the number of their words, so that any text can be an operand. */
static int evaluate(void) {
    if (left == 0) return 0;
    if (left == 1) return **at != '\0';
    if (left == 2 && is(*at, "!")) return at[1][0] == '\0';
    if (left == 3 && is_binary(at[1])) return binary(at[0], at[1], at[2]);
    if (left == 3 && is(at[1], "-a")) return at[0][0] && at[2][0];
    if (left == 3 && is(at[1], "-o")) return at[0][0] || at[2][0];
    if (left == 3 && is(at[0], "(") && is(at[2], ")")) return at[1][0] != '\0';
    if ((left == 3 || left == 4) && is(*at, "!")) return take(), !evaluate();
    if (left == 4 && is(at[0], "(") && is(at[3], ")")) return at++, left = 2, evaluate();
    const int value = either();
    if (left > 0) fail("it is one word too many", *at);
    return value;
}

int main(int argc, char** argv) {
    at = argv + 1, left = argc - 1;
    if (is(program_name, "[")) {
        help_if_asked(argc, argv, usage); /* as POSIX says, `test --help` is true */
        if (left == 0 || !is(argv[argc - 1], "]")) fail("the last word is not ]", "[");
        left--;
    }
    if (left == 2 && !is(*at, "!") && !is_unary(*at)) fail("not an operator", *at);
    return !evaluate();
}
