/* mkdir: makes directories. */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "mkdir [-p] DIRECTORY...      makes directories\n"
    "  -p  also the directories above; no error if one exists already";

static int is_directory(const char* path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The directories above, one after the other: the path is cut at each slash. */
static int make_above(char* path) {
    for (char* slash = path; (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        const int made = mkdir(path, 0777) == 0 || (errno == EEXIST && is_directory(path));
        if (!made) warn("cannot make directory %s", path);
        *slash = '/';
        if (!made) return 0;
    }
    return 1;
}

int main(int argc, char** argv) {
    int letter, with_parents = 0, failed = 0;
    help_if_asked(argc, argv, usage);
    while ((letter = getopt(argc, argv, "p")) != -1) {
        if (letter == '?') bad_usage(usage);
        with_parents = 1;
    }
    if (optind == argc) bad_usage(usage);
    for (; optind < argc; optind++) {
        char* path = argv[optind];
        if (with_parents && !make_above(path)) {
            failed = 1;
            continue;
        }
        if (mkdir(path, 0777) == 0 || (with_parents && errno == EEXIST && is_directory(path))) continue;
        warn("cannot make directory %s", path);
        failed = 1;
    }
    return failed;
}
