/* rm: removes files, and with -r directories. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "rm [-rf] FILE...      removes files\n"
    "  -r  also directories with all that is in them; -f  no error if there is no such file";
static int recursive, force;

static int remove_path(const char* path);

static int remove_directory(const char* path) {
    char** names = names_in(path);
    int failed = 0;
    if (!names) return warn("cannot open %s", path), 1;
    for (char** name = names; *name; name++) {
        char* inner = path_in(path, *name);
        failed |= remove_path(inner);
        free(inner);
    }
    free_names(names);
    if (failed || rmdir(path) == 0) return failed;
    warn("cannot remove %s", path);
    return 1;
}

static int remove_path(const char* path) {
    struct stat st;
    if (lstat(path, &st) != 0) {
        if (force && (errno == ENOENT || errno == ENOTDIR)) return 0;
    } else if (!S_ISDIR(st.st_mode)) {
        if (unlink(path) == 0) return 0;
    } else {
        if (recursive) return remove_directory(path);
        errno = EISDIR;
    }
    warn("cannot remove %s", path);
    return 1;
}

/* POSIX: rm refuses ., .. and the root directory. */
static int is_refused(const char* path) {
    size_t end = strlen(path), start;
    while (end > 0 && path[end - 1] == '/') end--;
    for (start = end; start > 0 && path[start - 1] != '/';) start--;
    const size_t n = end - start;
    return (n == 0 && *path == '/') || (n == 1 && path[start] == '.') ||
           (n == 2 && strncmp(path + start, "..", 2) == 0);
}

int main(int argc, char** argv) {
    int failed = 0;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "rRf")) != -1;) {
        if (letter == '?') bad_usage(usage);
        if (letter == 'f')
            force = 1;
        else
            recursive = 1;
    }
    if (optind == argc && !force) bad_usage(usage);
    for (; optind < argc; optind++) {
        if (is_refused(argv[optind])) {
            warnx("refusing to remove %s", argv[optind]);
            failed = 1;
        } else {
            failed |= remove_path(argv[optind]);
        }
    }
    return failed;
}
