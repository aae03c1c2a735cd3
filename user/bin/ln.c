/* ln: makes hard links, further names of files. */
#include <err.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "ln [-f] OLD NEW      makes NEW a further name (a hard link) of the file OLD\n"
    "ln [-f] OLD... DIRECTORY      the same name in the directory\n"
    "  -f  replaces what has that name; there are no symbolic links, so no -s";
static int force;

static int make_link(const char* old, const char* new) {
    if (force) unlink(new);
    if (link(old, new) == 0) return 0;
    warn("cannot link %s to %s", new, old);
    return 1;
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "fs")) != -1;) {
        if (letter == 's') die("there are no symbolic links; without -s it makes a hard link");
        if (letter == '?') bad_usage(usage);
        force = 1;
    }
    if (argc - optind < 2) bad_usage(usage);
    return for_each_target(argv + optind, make_link);
}
