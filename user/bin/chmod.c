/* chmod: changes the permissions of files. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "chmod [-R] MODE FILE...      changes the permissions; they are kept, but not checked\n"
    "  MODE: octal, such as 644, or [ugoa][+-=][rwxXst], such as u+x, go-w, a=r, with commas between "
    "several\n"
    "  -R  also of all that is in directories";

/* Whose bits: of the letters u, g and o. */
static mode_t bits_of(const char** p) {
    mode_t who = 0;
    for (; **p && strchr("ugoa", **p); ++*p) {
        who |= **p == 'u' ? 04700u : **p == 'g' ? 02070u : **p == 'o' ? 01007u : 07777u;
    }
    return who;
}

static mode_t permission(char letter, mode_t mode, int is_directory) {
    switch (letter) {
        case 'r': return 0444;
        case 'w': return 0222;
        case 'x': return 0111;
        case 'X': return is_directory || (mode & 0111) ? 0111 : 0;
        case 's': return 06000;
        case 't': return 01000;
        case 'u': return (mode >> 6 & 7) * 0111;
        case 'g': return (mode >> 3 & 7) * 0111;
        case 'o': return (mode & 7) * 0111;
    }
    return 0;
}

/* The mode that `text` makes of `mode`. */
static mode_t changed(const char* text, mode_t mode, int is_directory) {
    if (*text >= '0' && *text <= '7') {
        char* end;
        const unsigned long n = strtoul(text, &end, 8);
        if (*end || n > 07777) die("the mode %s is invalid", text);
        return (mode_t)n;
    }
    const mode_t mask = umask(0);
    umask(mask);
    for (const char* p = text;; p++) {
        mode_t who = bits_of(&p);
        const mode_t allowed = who ? 07777 : ~mask; /* without a letter: all, but what umask says */
        if (!who) who = 07777;
        if (!*p || !strchr("+-=", *p)) break;
        while (*p && strchr("+-=", *p)) {
            const char action = *p++;
            mode_t bits = 0;
            for (; *p && strchr("rwxXstugo", *p); p++) bits |= permission(*p, mode, is_directory);
            bits &= who & allowed;
            if (action == '=') mode &= ~who | (is_directory ? 06000 : 0);
            mode = action == '-' ? mode & ~bits : mode | bits;
        }
        if (*p == '\0') return mode;
        if (*p != ',') break;
    }
    die("the mode %s is invalid; see chmod --help", text);
}

static int change(const char* path, const char* mode, int recursive) {
    struct stat st;
    int failed = 0;
    if (stat(path, &st) != 0) return warn("cannot open %s", path), 1;
    const int is_directory = S_ISDIR(st.st_mode);
    if (chmod(path, changed(mode, st.st_mode & 07777, is_directory)) != 0)
        return warn("cannot change %s", path), 1;
    if (!recursive || !is_directory) return 0;
    char** names = names_in(path);
    if (!names) return warn("cannot open %s", path), 1;
    for (char** name = names; *name; name++) {
        char* inner = path_in(path, *name);
        failed |= change(inner, mode, recursive);
        free(inner);
    }
    free_names(names);
    return failed;
}

int main(int argc, char** argv) {
    int first = 1, recursive = 0, failed = 0;
    help_if_asked(argc, argv, usage);
    /* Not getopt(): -w is a mode. */
    if (first < argc && strcmp(argv[first], "-R") == 0) recursive = 1, first++;
    if (first < argc && strcmp(argv[first], "--") == 0) first++;
    if (argc - first < 2) bad_usage(usage);
    for (int i = first + 1; i < argc; i++) failed |= change(argv[i], argv[first], recursive);
    return failed;
}
