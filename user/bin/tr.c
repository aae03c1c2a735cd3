/* tr: replaces, deletes or squeezes characters. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "tr [-c] [-s] FROM TO      replaces each character of FROM in the standard input by that of TO\n"
    "tr [-c] -d FROM, tr [-c] -s FROM, tr [-c] -ds FROM REPEATED      deletes, squeezes, both\n"
    "  a-z  [:alpha:] [:digit:] ...  [=a=]  [x*3] (x three times)  \\n \\t \\\\ \\012; -c: all other "
    "characters";

struct set {
    unsigned char at[8192];
    int count;
    int fill, fill_at; /* [x*]: x is repeated here until the sets have the same length; otherwise -1 */
};

static void add(struct set* s, int c) {
    if (s->count == (int)sizeof s->at) die("the set is too large");
    s->at[s->count++] = (unsigned char)c;
}

/* One character of a set, with its escape. */
static int character(const char** p) {
    static const char names[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
    const char c = *(*p)++;
    if (c != '\\' || !**p) return (unsigned char)c;
    int octal = 0, digits = 0;
    for (; digits < 3 && **p >= '0' && **p <= '7' && octal * 8 + **p - '0' < 256; digits++)
        octal = octal * 8 + *(*p)++ - '0';
    if (digits) return octal;
    const char escaped = *(*p)++, *name = strchr(names, escaped);
    return (unsigned char)(name ? values[name - names] : escaped);
}

static int add_class(struct set* s, const char* name, size_t length) {
    static const struct {
        const char* name;
        int (*contains)(int);
    } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
                   {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
                   {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) != length || strncmp(classes[i].name, name, length) != 0) continue;
        for (int c = 0; c < 256; c++) {
            if (classes[i].contains(c)) add(s, c);
        }
        return 1;
    }
    die("there is no class [:%.*s:]", (int)length, name);
}

/* [:class:], [=x=], [x*] or [x*n]. Returns 0 if the text is none of them. */
static int add_bracket(struct set* s, const char** text) {
    const char *p = *text + 1, *end;
    if (*p == ':' && (end = strstr(p + 1, ":]")) != NULL) {
        add_class(s, p + 1, (size_t)(end - p - 1));
        return *text = end + 2, 1;
    }
    if (*p == '=' && p[1] && p[2] == '=' && p[3] == ']') return add(s, (unsigned char)p[1]), *text = p + 4, 1;
    if (!*p) return 0;
    const int c = character(&p);
    if (*p != '*') return 0;
    char* after;
    const long times = strtol(p + 1, &after, p[1] == '0' ? 8 : 10);
    if (*after != ']') return 0;
    if (times == 0) s->fill = c, s->fill_at = s->count;
    for (long i = 0; i < times; i++) add(s, c);
    return *text = after + 1, 1;
}

static void parse(struct set* s, const char* text) {
    s->count = 0;
    s->fill = -1;
    while (*text) {
        if (*text == '[' && add_bracket(s, &text)) continue;
        const int first = character(&text);
        int last = first;
        if (*text == '-' && text[1]) text++, last = character(&text);
        if (last < first) die("the range %c-%c has its ends in the wrong order", first, last);
        for (int c = first; c <= last; c++) add(s, c);
    }
}

static void complement(struct set* s) {
    static unsigned char in_set[256];
    for (int i = 0; i < s->count; i++) in_set[s->at[i]] = 1;
    s->count = 0;
    for (int c = 0; c < 256; c++) {
        if (!in_set[c]) add(s, c);
    }
}

/* TO is made as long as FROM: by its [x*], or else by its last character. */
static void lengthen(struct set* s, int count) {
    if (s->count == 0 && s->fill < 0) die("TO is empty");
    if (s->fill < 0) s->fill = s->at[s->count - 1], s->fill_at = s->count;
    const int missing = count - s->count;
    if (missing <= 0) return;
    memmove(s->at + s->fill_at + missing, s->at + s->fill_at, (size_t)(s->count - s->fill_at));
    memset(s->at + s->fill_at, s->fill, (size_t)missing);
    s->count = count;
}

static struct set from, to;
static unsigned char new_of[256], is_deleted[256], is_squeezed[256];

static int translate(void) {
    int last = -1;
    for (int c; (c = getchar()) != EOF;) {
        if (is_deleted[c]) continue;
        c = new_of[c];
        if (c == last && is_squeezed[c]) continue;
        putchar(last = c);
    }
    return close_input(stdin, "-");
}

int main(int argc, char** argv) {
    int letter, complemented = 0, deletes = 0, squeezes = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "cCds")) != -1) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'd') deletes = 1;
        if (letter == 's') squeezes = 1;
        complemented |= letter == 'c' || letter == 'C';
    }
    const int sets = argc - optind, replaces = !deletes && sets == 2;
    if (sets < 1 || sets > 2 || sets < (deletes == squeezes ? 1 + deletes : 1) ||
        (!deletes && !squeezes && sets != 2) || (deletes && !squeezes && sets != 1))
        bad_usage(usage);
    parse(&from, argv[optind]);
    if (complemented) complement(&from);
    if (sets == 2) parse(&to, argv[optind + 1]);
    if (replaces) lengthen(&to, from.count);
    for (int c = 0; c < 256; c++) new_of[c] = (unsigned char)c;
    for (int i = from.count - 1; i >= 0; i--) { /* of a character given twice, the last counts */
        if (deletes) is_deleted[from.at[i]] = 1;
    }
    for (int i = 0; replaces && i < from.count; i++) new_of[from.at[i]] = to.at[i];
    const struct set* squeezed = sets == 2 ? &to : &from;
    for (int i = 0; squeezes && i < squeezed->count; i++) is_squeezed[squeezed->at[i]] = 1;
    return end_output(translate(), 1);
}
