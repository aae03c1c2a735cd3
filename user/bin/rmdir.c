/* rmdir: removes empty directories. */
#include <err.h>
#include <string.h>
#include <unistd.h>

#include "manners.h"

static const char usage[] =
    "rmdir [-p] DIRECTORY...      removes empty directories\n"
    "  -p  also the directories above, as far as the path names them";

static int remove_with_parents(char* path) {
    while (rmdir(path) == 0) {
        char* slash = strrchr(path, '/');
        if (!slash || slash == path) return 0;
        *slash = '\0';
    }
    return -1;
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
        if ((with_parents ? remove_with_parents(argv[optind]) : rmdir(argv[optind])) == 0) continue;
        warn("cannot remove %s", argv[optind]);
        failed = 1;
    }
    return failed;
}
