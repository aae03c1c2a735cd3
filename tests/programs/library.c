/* Strings, sorting, random numbers, options, jumps, scanf(): the test compares the output with that of the
 * same program on the host. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <search.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static void show(const char* what, const char* text) { printf("%s: [%s]\n", what, text ? text : "null"); }

static void strings(void) {
    char to[64];
    strcpy(to, "a,b,,c");
    char* rest = to;
    for (char* field; (field = strsep(&rest, ","));) show("strsep", field);
    show("strcasestr", strcasestr("Hello World", "WORLD"));
    show("strcasestr", strcasestr("Hello", "x"));
    show("strchrnul", strchrnul("abc", 'b'));
    show("strchrnul", strchrnul("abc", 'x'));
    show("memmem", memmem("needle in hay", 13, "in", 2));
    show("memrchr", memrchr("abcabc", 'b', 6));
    *(char*)mempcpy(to, "abc", 3) = '\0';
    show("mempcpy", to);
    stpcpy(stpcpy(to, "one"), "two");
    show("stpcpy", to);
    printf("stpncpy %d, memccpy %d\n", (int)(stpncpy(to, "xy", 5) - to),
           (int)((char*)memccpy(to, "abcd", 'c', 4) - to));
    show("strpbrk", strpbrk("hello", "lo"));
    printf("%d %d %d %d\n", (int)strspn("aabbc", "ab"), (int)strcspn("hello", "l"), strcoll("a", "b") < 0,
           (int)strxfrm(to, "xfrm", sizeof to));
    printf("%d %d %d %d\n", ffs(0), ffs(1), ffs(40), ffsl(1l << 40));
    show("index", index("abc", 'b'));
    show("rindex", rindex("abcb", 'b'));
    bcopy("copy", to, 5);
    show("bcopy", to);
    printf("%d %d\n", bcmp("a", "a", 1), strncasecmp("ABCd", "abcX", 3));
    for (int c = 0; c < 128; c++) {
        printf("%d%d%d%d%d%d%d%d%d%d%d ", !!isalpha(c), !!isdigit(c), !!isspace(c), !!isprint(c),
               !!isgraph(c), !!iscntrl(c), !!ispunct(c), !!isblank(c), !!isxdigit(c), !!isupper(c),
               !!islower(c));
    }
    printf("\n");
}

static int compare(const void* a, const void* b) {
    const int x = *(const int*)a, y = *(const int*)b;
    return x < y ? -1 : x > y;
}

static void numbers(void) {
    static const char* const all[] = {
        "42", " -7x", "0x1fz", "077", "99999999999999999999", "-99999999999999999999",
        "",   "+",    "zz",    "0x",  "-9223372036854775808", "18446744073709551615",
        "-1"};
    for (int i = 0; i < (int)(sizeof all / sizeof all[0]); i++) {
        for (int base = 0; base <= 36; base += 12) {
            char *end, *unsigned_end;
            errno = 0;
            const long n = strtol(all[i], &end, base);
            const int error = errno;
            errno = 0;
            const unsigned long u = strtoul(all[i], &unsigned_end, base);
            printf("%s %d: %ld %d [%s] %lu %d [%s]\n", all[i], base, n, error, end, u, errno, unsigned_end);
        }
    }
    const div_t d = div(-7, 2);
    const ldiv_t l = ldiv(7, -2);
    printf("%d %d %ld %ld %d %ld\n", d.quot, d.rem, l.quot, l.rem, abs(-3), labs(-4));
    srandom(42);
    for (int i = 0; i < 5; i++) printf("%ld ", random());
    srand(1);
    for (int i = 0; i < 5; i++) printf("%d ", rand());
    srand48(7);
    printf("%.12f ", drand48());
    printf("%ld ", lrand48());
    printf("%ld\n", mrand48());
    static int a[2000];
    for (int i = 0; i < 2000; i++) a[i] = (int)(random() % 500);
    qsort(a, 2000, sizeof a[0], compare);
    int sorted = 1;
    for (int i = 1; i < 2000; i++) sorted &= a[i - 1] <= a[i];
    const int key = a[1000], missing = -1;
    size_t count = 2000;
    printf("sorted %d, found %d %d %d\n", sorted, *(int*)bsearch(&key, a, 2000, sizeof a[0], compare) == key,
           bsearch(&missing, a, 2000, sizeof a[0], compare) == NULL,
           *(int*)lfind(&key, a, &count, sizeof a[0], compare) == key);
    void* p;
    printf("posix_memalign %d", posix_memalign(&p, 4096, 100));
    printf(" %d", (int)((unsigned long)p % 4096));
    free(p);
    printf(" %d %d\n", posix_memalign(&p, 3, 1), (int)((unsigned long)aligned_alloc(256, 512) % 256));
}

static char* format(const char* text, ...) {
    char* result;
    va_list args;
    va_start(args, text);
    if (vasprintf(&result, text, args) < 0) result = NULL;
    va_end(args);
    return result;
}

static void scans(void) {
    int a = 0, b = 0, c = 0, n = 0;
    char word[32] = "", set[32] = "", three[4] = "";
    long l = 0;
    short h = 0;
    printf("%d", sscanf("12 abc 0x1f 077 -5 xyz", "%d %s %i %i %ld %3c%n", &a, word, &b, &c, &l, three, &n));
    printf(" %d %s %d %d %ld %s %d\n", a, word, b, c, l, three, n);
    printf("%d", sscanf("key=value;12345", "%31[^=]=%31[a-z];%2hd%*d", word, set, &h));
    printf(" %s %s %d\n", word, set, h);
    printf("%d %d %d %d\n", sscanf("", "%d", &a), sscanf("x", "%d", &a), sscanf("5", "%d %d", &a, &b),
           sscanf("50%", "%d%%", &a));
    char* allocated = NULL;
    printf("%d", sscanf("allocated text", "%ms", &allocated));
    printf(" %s\n", allocated);
    free(allocated);
    double d = 0;
    printf("%d", sscanf("1.5e3kg", "%lf%s", &d, word));
    printf(" %g %s\n", d, word);
    unsigned u = 0, v = 0;
    printf("%d", sscanf("10:ff", "%u:%x", &u, &v));
    printf(" %u %u\n", u, v);
    char* text = format("%d-%s-%.3f", 5, "x", 2.5);
    show("vasprintf", text);
    free(text);
}

static jmp_buf back;

static void jump(double x) {
    char text[64];
    snprintf(text, sizeof text, "%g", x);
    longjmp(back, atoi(text));
}

static void jumps(void) {
    volatile int count = 0;
    const double kept = 1.25 * getpid() / getpid();
    const int value = setjmp(back);
    if (++count < 4) jump(count == 3 ? 0 : count);
    printf("setjmp %d after %d, %g\n", value, count, kept);
    sigjmp_buf mask;
    if (sigsetjmp(mask, 1) == 0) siglongjmp(mask, 5);
    printf("siglongjmp\n");
}

static void options(void) {
    static int flag;
    static const struct option all[] = {
        {"verbose", no_argument, NULL, 'v'},     {"file", required_argument, NULL, 'f'},
        {"color", optional_argument, NULL, 'c'}, {"flag", no_argument, &flag, 9},
        {"version", no_argument, NULL, 'V'},     {NULL, 0, NULL, 0}};
    static char* words[] = {"options",   "-vf",    "one",   "-c",          "-cblue", "--file=two",
                            "--file",    "three",  "--col", "--color=red", "--flag", "--ver",
                            "--unknown", "--verb", "-x",    "--file",      NULL};
    int option, index;
    opterr = 0;
    while ((index = -1, option = getopt_long((int)(sizeof words / sizeof words[0]) - 1, words,
                                             "+:vf:c::", all, &index)) != -1)
        printf("option %d, value %s, index %d\n", option, optarg ? optarg : "none", index), optarg = NULL;
    printf("flag %d, optind %d\n", flag, optind);
}

static void addresses(void) {
    static const char* const all[] = {"::",
                                      "::1",
                                      "1::",
                                      "2001:db8::8:800:200c:417a",
                                      "::ffff:1.2.3.4",
                                      "1:2:3:4:5:6:7:8",
                                      "1:2:3",
                                      ":::",
                                      "1::2::3",
                                      "1:2:3:4:5:6:1.2.3.4",
                                      "::1.2.3.4",
                                      "12345::",
                                      "fe80::1:",
                                      ":1",
                                      "g::",
                                      "1:0:0:2:0:0:0:3",
                                      "1:2:3:4:5:6:7::",
                                      "::2:3:4:5:6:7:8",
                                      "0:0:0:0:0:0:0:0",
                                      "1.2.3.4"};
    for (int i = 0; i < (int)(sizeof all / sizeof all[0]); i++) {
        struct in6_addr a;
        char text[INET6_ADDRSTRLEN] = "none";
        const int good = inet_pton(AF_INET6, all[i], &a);
        if (good == 1) inet_ntop(AF_INET6, &a, text, sizeof text);
        printf("%s: %d %s\n", all[i], good, text);
    }
}

static void dates(void) {
    static const time_t all[] = {0,  951782400, 1709251199,   1735603200, 1767139200,
                                 -1, 1e10,      -5000000000l, 1293840000};
    for (int i = 0; i < (int)(sizeof all / sizeof all[0]); i++) {
        struct tm* t = gmtime(&all[i]);
        char text[400];
        const size_t n = strftime(text, sizeof text,
                                  "%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %k %l %m %M %n %p %P %r "
                                  "%R %s %S %t %T %u %U %V %w "
                                  "%W %x %X %y %Y %%",
                                  t);
        printf("%d %s %s", (int)n, text, asctime(t));
    }
    struct tm t = {70, -5, 49, 35, 14, 123, 0, 0, 0};
    printf("%ld", (long)mktime(&t));
    printf(" %s", asctime(&t));
    struct tm back = {0, 0, 0, 1, -13, 100, 0, 0, 0};
    printf("%ld", (long)mktime(&back));
    printf(" %s", asctime(&back));
}

int main(void) {
    dates();
    strings();
    numbers();
    scans();
    jumps();
    options();
    addresses();
    return 0;
}
