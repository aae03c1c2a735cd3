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

static int remove_entry(const char* name, const char* path, const char* back);

/* Changes to the directory, because the paths of what is in it may be too long, and then to `back`, which is
 * null if the current directory is removed or its path is too long. If somebody has moved the directory
 * meanwhile, `back` leads elsewhere: nothing may be removed there. */
static int remove_contents(const char* name, const char* path, const char* back) {
    struct stat before, after;
    if (!back)
        return warnx("cannot remove %s: the current directory is removed, or its path is too long", path), 1;
    if (stat(".", &before) != 0) err(1, "cannot read the current directory");
    if (chdir(name) != 0) return warn("cannot change to %s", path), 1;
    char** names = names_in(".");
    int failed = !names;
    if (!names) warn("cannot read %s", path);
    for (char** n = names; n && *n; n++) {
        char* inner = path_in(path, *n);
        failed |= remove_entry(*n, inner, "..");
        free(inner);
    }
    if (names) free_names(names);
    if (chdir(back) != 0 || stat(".", &after) != 0) err(1, "cannot change back from %s", path);
    if (after.st_dev != before.st_dev || after.st_ino != before.st_ino) errx(1, "%s has been moved", path);
    return failed;
}

/* `name` leads from the current directory to the entry, and `back` from the entry, if it is a directory, to
 * the current one. `path` is for messages. */
static int remove_entry(const char* name, const char* path, const char* back) {
    struct stat st;
    if (lstat(name, &st) != 0) {
        if (force && (errno == ENOENT || errno == ENOTDIR)) return 0;
    } else if (!S_ISDIR(st.st_mode)) {
        if (unlink(name) == 0) return 0;
    } else if (!recursive) {
        errno = EISDIR;
    } else {
        if (remove_contents(name, path, back)) return 1;
        if (rmdir(name) == 0) return 0;
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
    const char* start = recursive ? getcwd(NULL, 0) : NULL;
    for (; optind < argc; optind++) {
        if (is_refused(argv[optind])) {
            warnx("refusing to remove %s", argv[optind]);
            failed = 1;
        } else {
            const char* back = strchr(argv[optind], '/') ? start : "..";
            failed |= remove_entry(argv[optind], argv[optind], back);
        }
    }
    return failed;
}
