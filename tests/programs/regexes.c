/* Regular expressions and file name patterns: the test compares the output with that of the same program on
 * the host. */
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

static void match(const char* pattern, int flags, const char* text) {
    regex_t re;
    regmatch_t m[5];
    const int error = regcomp(&re, pattern, flags);
    printf("/%s/ %d:", pattern, flags);
    if (error) {
        printf(" error %d\n", error);
        return;
    }
    const int found = regexec(&re, text, 5, m, 0);
    printf(" %d groups, [%s] %d", (int)re.re_nsub, text, found);
    for (int i = 0; !found && !(flags & REG_NOSUB) && i <= (int)re.re_nsub && i < 5; i++)
        printf(" %d-%d", (int)m[i].rm_so, (int)m[i].rm_eo);
    printf("\n");
    regfree(&re);
}

static void extended(void) {
    static const char* const patterns[] = {"a",
                                           "ab*c",
                                           "a+",
                                           "ab?c",
                                           "(a|ab)(c|bcd)",
                                           "^(a*)(b*)$",
                                           "x{2,3}",
                                           "x{2}",
                                           "x{2,}",
                                           "(ab){1,2}c",
                                           "[a-c]+",
                                           "[^a-c]+",
                                           "[[:digit:]]+",
                                           "[]a]+",
                                           "[^]a]+",
                                           "a.c",
                                           "\\.",
                                           "a|b|cd",
                                           "^$",
                                           "$",
                                           "(^a|b)$",
                                           "((a)|(b))*",
                                           "(a*)*",
                                           "(a|b)*abb",
                                           "\\w+\\s\\w+",
                                           "[a-z]+@[a-z]+\\.(com|org)",
                                           "()",
                                           "a||b",
                                           "x*",
                                           "(a+)(b+)?",
                                           "[.]",
                                           "[a-]+",
                                           "a{0,1}b",
                                           "a{0}b",
                                           "(xyz|xy)z?"};
    static const char* const texts[] = {
        "",      "a",     "abc", "aaa", "abcd",        "aabb", "xxxx",
        "ababc", "12 ab", "]a]", "a.c", "hello world", "cd",   "me@example.com",
        "babb",  "b",     "a-b", "xyz", "Abc\nxyz"};
    for (int i = 0; i < (int)(sizeof patterns / sizeof *patterns); i++) {
        for (int j = 0; j < (int)(sizeof texts / sizeof *texts); j++)
            match(patterns[i], REG_EXTENDED, texts[j]);
    }
}

static void basic(void) {
    match("\\(a*\\)b", 0, "xaab");
    match("a*", 0, "baaa");
    match("*a", 0, "x*a");
    match("^*a", 0, "*a");
    match("a\\{2,3\\}", 0, "aaaa");
    match("a\\+b\\?", 0, "caab");
    match("a\\|b", 0, "xb");
    match("a+(b)", 0, "a+(b)");
    match("a^b$c", 0, "a^b$c");
    match("x$", 0, "ax");
    match("\\(^a\\)", 0, "a");
    match("ABC", REG_ICASE, "xabc");
    match("[A-C]*", REG_ICASE, "abcd");
    match("^b.*$", REG_NEWLINE, "a\nbcd\ne");
    match("a.b", REG_NEWLINE, "a\nb");
    match("a[^x]b", REG_NEWLINE, "a\nb");
    match("(a)(b)", REG_EXTENDED | REG_NOSUB, "ab");
    regex_t re;
    printf("%d", regcomp(&re, "^a$", 0));
    printf(" %d %d %d\n", regexec(&re, "a", 0, NULL, 0), regexec(&re, "a", 0, NULL, REG_NOTBOL),
           regexec(&re, "a", 0, NULL, REG_NOTEOL));
    regfree(&re);
}

static void errors(void) {
    static const char* const wrong[] = {"[a", "(", "[[:nothing:]]", "[z-a]", "a\\", "a{2,1}", "a{1"};
    for (int i = 0; i < (int)(sizeof wrong / sizeof *wrong); i++) match(wrong[i], REG_EXTENDED, "");
}

/* These take years where each way is tried after the other. */
static void hard(void) {
    static char text[2001];
    memset(text, 'a', 2000);
    match("(a*)*(a*)*(a*)*b", REG_EXTENDED | REG_NOSUB, text + 1970);
    match("(x+x+)+y", REG_EXTENDED | REG_NOSUB, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    match("(a|aa)+$", REG_EXTENDED | REG_NOSUB, text);
}

static void names(void) {
    static const char* const patterns[] = {"*",   "*.c", "a?c",  "[a-c]*", "[!a-c]*",      "*a*b*",
                                           "\\*", "a/*", "*/b",  ".*",     "[[:digit:]]?", "**x",
                                           "",    "[",   "a[]]", "?*?"};
    static const char* const texts[] = {"",   "a",     "x.c", "abc", "a/b",  ".hidden", "*",
                                        "1x", "aXbYb", "a]",  "[",   "a/.b", "x/y/b"};
    for (int i = 0; i < (int)(sizeof patterns / sizeof *patterns); i++) {
        for (int j = 0; j < (int)(sizeof texts / sizeof *texts); j++) {
            printf("%s %s %d %d %d %d\n", patterns[i], texts[j], fnmatch(patterns[i], texts[j], 0),
                   fnmatch(patterns[i], texts[j], FNM_PATHNAME), fnmatch(patterns[i], texts[j], FNM_PERIOD),
                   fnmatch(patterns[i], texts[j], FNM_PATHNAME | FNM_PERIOD));
        }
    }
    printf("%d\n", fnmatch("*a*a*a*a*a*a*a*a*a*a*a*a*b",
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0));
}

int main(void) {
    names();
    extended();
    basic();
    errors();
    hard();
    return 0;
}
