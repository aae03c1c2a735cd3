/* find: lists the files below directories. */
#include <err.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "find [PATH...] [-name PATTERN] [-type f|d|c|s] [-newer FILE] [-maxdepth N]      lists files and "
    "directories\n"
    "  those below each PATH (default: .) whose name matches PATTERN (* ? [a-z]) and that fit the rest";

static const char* pattern;
static char type;
static long max_depth = 0x7fffffff;
static int has_reference;
static struct stat reference; /* of -newer */

static const char* last_part(const char* path) {
    const char* slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static int is_of_type(const struct stat* st) {
    switch (type) {
        case 'f': return S_ISREG(st->st_mode);
        case 'd': return S_ISDIR(st->st_mode);
        case 'c': return S_ISCHR(st->st_mode);
        case 's': return S_ISSOCK(st->st_mode);
    }
    return 1;
}

static int is_newer(const struct stat* st) {
    const long seconds = st->st_mtim.tv_sec - reference.st_mtim.tv_sec;
    return seconds > 0 || (seconds == 0 && st->st_mtim.tv_nsec > reference.st_mtim.tv_nsec);
}

static int find(const char* path, long depth) {
    struct stat st;
    int failed = 0;
    if (lstat(path, &st) != 0) return warn("cannot open %s", path), 1;
    if (is_of_type(&st) && (!pattern || fnmatch(pattern, last_part(path), 0) == 0) &&
        (!has_reference || is_newer(&st)))
        puts(path);
    if (!S_ISDIR(st.st_mode) || depth >= max_depth) return 0;
    char** names = names_in(path);
    if (!names) return warn("cannot open %s", path), 1;
    for (char** name = names; *name; name++) {
        char* inner = path_in(path, *name);
        failed |= find(inner, depth + 1);
        free(inner);
    }
    free_names(names);
    return failed;
}

static void parse(const char* test, const char* value) {
    if (strcmp(test, "-name") == 0)
        pattern = value;
    else if (strcmp(test, "-type") == 0 && strlen(value) == 1 && strchr("fdcs", *value))
        type = *value;
    else if (strcmp(test, "-newer") == 0)
        has_reference = stat(value, &reference) == 0 || (err(1, "cannot open %s", value), 0);
    else if (strcmp(test, "-maxdepth") != 0 || !parse_number(value, 0, 0x7fffffff, &max_depth))
        bad_usage(usage);
}

int main(int argc, char** argv) {
    int first = 1, paths, failed = 0;
    help_if_asked(argc, argv, usage);
    while (first < argc && argv[first][0] != '-') first++;
    paths = first;
    for (; first < argc; first++) {
        if (strcmp(argv[first], "-print") == 0) continue;
        if (first + 1 == argc) bad_usage(usage);
        parse(argv[first], argv[first + 1]);
        first++;
    }
    if (paths == 1) failed = find(".", 0);
    for (int i = 1; i < paths; i++) failed |= find(argv[i], 0);
    return end_output(failed, 1);
}
