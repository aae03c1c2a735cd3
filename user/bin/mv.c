/* mv: renames and moves files and directories. */
#include <err.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "mv [-fn] OLD NEW      renames a file or a directory\n"
    "mv [-fn] OLD... DIRECTORY      moves them into the directory\n"
    "  -n  keeps what has that name already; -f  replaces it, as without options";
static int keep;

static int move(const char* old, const char* new) {
    struct stat from, to;
    if (stat(old, &from) == 0 && stat(new, &to) == 0) {
        if (keep) return 0;
        if (from.st_dev == to.st_dev && from.st_ino == to.st_ino)
            return warnx("%s and %s are the same file", old, new), 1;
    }
    if (rename(old, new) == 0) return 0;
    warn("cannot rename %s to %s", old, new);
    return 1;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "fn")) != -1;) {
        if (letter == '?') bad_usage(usage);
        keep = letter == 'n';
    }
    if (argc - optind < 2) bad_usage(usage);
    return for_each_target(argv + optind, move);
}
