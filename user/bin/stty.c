/* stty: shows and changes the settings of the terminal that is its standard input. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "stty [-a | size]      shows the settings that differ from `stty sane`, all, or the size\n"
    "stty SETTING...       changes them: [-]FLAG such as -echo, CHARACTER VALUE such as intr ^C (undef: "
    "none),\n"
    "                      min N, time N (tenths of a second), rows N, cols N, sane, raw, cbreak, -raw, "
    "-cbreak";

struct flag {
    const char* name;
    int in; /* which word of struct termios */
    unsigned bit;
};
enum { INPUT, OUTPUT, LOCAL };
static const struct flag flags[] = {
    {"istrip", INPUT, ISTRIP}, {"inlcr", INPUT, INLCR},   {"igncr", INPUT, IGNCR},
    {"icrnl", INPUT, ICRNL},   {"ixon", INPUT, IXON},     {"ixany", INPUT, IXANY},
    {"iutf8", INPUT, IUTF8},   {"opost", OUTPUT, OPOST},  {"onlcr", OUTPUT, ONLCR},
    {"ocrnl", OUTPUT, OCRNL},  {"onocr", OUTPUT, ONOCR},  {"onlret", OUTPUT, ONLRET},
    {"isig", LOCAL, ISIG},     {"icanon", LOCAL, ICANON}, {"iexten", LOCAL, IEXTEN},
    {"echo", LOCAL, ECHO},     {"echoe", LOCAL, ECHOE},   {"echok", LOCAL, ECHOK},
    {"echonl", LOCAL, ECHONL}, {"noflsh", LOCAL, NOFLSH}, {"echoctl", LOCAL, ECHOCTL},
    {"tostop", LOCAL, TOSTOP}, {"echoke", LOCAL, ECHOKE},
};
#define FLAGS (int)(sizeof flags / sizeof *flags)

struct key {
    const char* name;
    int index;
    unsigned char sane;
};
static const struct key keys[] = {
    {"intr", VINTR, 3},    {"quit", VQUIT, 28}, {"erase", VERASE, 127},  {"kill", VKILL, 21},
    {"eof", VEOF, 4},      {"eol", VEOL, 0},    {"eol2", VEOL2, 0},      {"start", VSTART, 17},
    {"stop", VSTOP, 19},   {"susp", VSUSP, 26}, {"rprnt", VREPRINT, 18}, {"werase", VWERASE, 23},
    {"lnext", VLNEXT, 22},
};
#define KEYS (int)(sizeof keys / sizeof *keys)

static unsigned* word(struct termios* t, int in) {
    return in == INPUT ? &t->c_iflag : in == OUTPUT ? &t->c_oflag : &t->c_lflag;
}

static void make_sane(struct termios* t) {
    int i;
    t->c_iflag = ICRNL | IXON | IUTF8;
    t->c_oflag = OPOST | ONLCR;
    t->c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
    for (i = 0; i < KEYS; i++) t->c_cc[keys[i].index] = keys[i].sane;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

static void make_cbreak(struct termios* t, int on) {
    t->c_lflag = on ? t->c_lflag & ~ICANON : t->c_lflag | ICANON;
    if (on) t->c_cc[VMIN] = 1, t->c_cc[VTIME] = 0;
}

/* ---- shows ---- */

static void show_key(const char* name, unsigned char c) {
    if (c == _POSIX_VDISABLE)
        printf("%s = undef; ", name);
    else if (c < ' ' || c == 127)
        printf("%s = ^%c; ", name, c ^ 0x40);
    else
        printf("%s = %c; ", name, c);
}

static void show(struct termios* t, const struct winsize* size, int all) {
    struct termios sane = *t;
    int i;
    make_sane(&sane);
    printf("rows %d; columns %d;\n", size->ws_row, size->ws_col);
    for (i = 0; i < KEYS; i++) {
        const int at = keys[i].index;
        if (all || t->c_cc[at] != sane.c_cc[at]) show_key(keys[i].name, t->c_cc[at]);
    }
    if (all || !(t->c_lflag & ICANON)) printf("min = %d; time = %d; ", t->c_cc[VMIN], t->c_cc[VTIME]);
    for (i = 0; i < FLAGS; i++) {
        const unsigned on = *word(t, flags[i].in) & flags[i].bit,
                       usual = *word(&sane, flags[i].in) & flags[i].bit;
        if (all || on != usual) printf("%s%s ", on ? "" : "-", flags[i].name);
    }
    printf("\n");
}

/* ---- changes ---- */

/* Sets a flag by its name, or several. Returns 0 if there is no such name. */
static int set_flag(struct termios* t, const char* name) {
    const int on = *name != '-';
    int i;
    if (!on) name++;
    for (i = 0; i < FLAGS; i++) {
        unsigned* w = word(t, flags[i].in);
        if (strcmp(name, flags[i].name) != 0) continue;
        *w = on ? *w | flags[i].bit : *w & ~flags[i].bit;
        return 1;
    }
    if (strcmp(name, "raw") == 0 && on)
        cfmakeraw(t);
    else if (strcmp(name, "raw") == 0 || strcmp(name, "sane") == 0)
        make_sane(t);
    else if (strcmp(name, "cbreak") == 0)
        make_cbreak(t, on);
    else
        return 0;
    return 1;
}

static long number(const char* name, const char* text, long max) {
    long n;
    if (!text || !parse_number(text, 0, max, &n)) die("%s needs a number from 0 to %ld behind it", name, max);
    return n;
}

static unsigned char character(const char* name, const char* text) {
    if (!text || !*text) die("%s needs a character behind it, such as ^C or undef", name);
    if (strcmp(text, "undef") == 0 || strcmp(text, "^-") == 0) return _POSIX_VDISABLE;
    if (text[0] == '^' && text[1] && !text[2]) return text[1] == '?' ? 127 : toupper(text[1]) & 0x1f;
    if (text[1]) die("%s: %s is not one character; ^C is Ctrl-C", name, text);
    return (unsigned char)text[0];
}

/* Sets what has a value. Returns 0 if there is no such name. */
static int set_value(struct termios* t, struct winsize* size, const char* name, const char* value) {
    int i;
    for (i = 0; i < KEYS; i++) {
        if (strcmp(name, keys[i].name) == 0) return t->c_cc[keys[i].index] = character(name, value), 1;
    }
    if (strcmp(name, "min") == 0)
        t->c_cc[VMIN] = (cc_t)number(name, value, 255);
    else if (strcmp(name, "time") == 0)
        t->c_cc[VTIME] = (cc_t)number(name, value, 255);
    else if (strcmp(name, "rows") == 0)
        size->ws_row = (unsigned short)number(name, value, 9999);
    else if (strcmp(name, "cols") == 0 || strcmp(name, "columns") == 0)
        size->ws_col = (unsigned short)number(name, value, 9999);
    else
        return 0;
    return 1;
}

int main(int argc, char** argv) {
    struct termios t;
    struct winsize size;
    int i;
    help_if_asked(argc, argv, usage);
    if (tcgetattr(0, &t) < 0 || ioctl(0, TIOCGWINSZ, &size) < 0) die("the standard input is not a terminal");
    if (argc == 1 || (argc == 2 && strcmp(argv[1], "-a") == 0)) return show(&t, &size, argc == 2), 0;
    if (argc == 2 && strcmp(argv[1], "size") == 0) return printf("%d %d\n", size.ws_row, size.ws_col), 0;
    for (i = 1; i < argc; i++) {
        if (set_flag(&t, argv[i])) continue;
        if (!set_value(&t, &size, argv[i], argv[i + 1])) bad_usage(usage);
        i++;
    }
    if (tcsetattr(0, TCSADRAIN, &t) < 0 || ioctl(0, TIOCSWINSZ, &size) < 0)
        die("the terminal refuses the settings");
    return 0;
}
