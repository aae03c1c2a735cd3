/* cp: copies files, and with -r directories. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "cp [-rpf] OLD NEW      copies a file\n"
    "cp [-rpf] OLD... DIRECTORY      copies files into the directory\n"
    "  -r  also directories with all that is in them; -p  keeps modes and times; -f  replaces what cannot be "
    "written";
static int recursive, keep, force;
static struct stat top; /* the first directory that was made: it is not copied into itself */

static char buffer[16384];

/* Returns 0, or -1 after an error message. */
static int copy_bytes(int in, int out, const char* from, const char* to) {
    ssize_t n;
    while ((n = read(in, buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0; done < n;) {
            const ssize_t written = write(out, buffer + done, (size_t)(n - done));
            if (written <= 0) return warn("cannot write %s", to), -1;
            done += written;
        }
    }
    return n == 0 ? 0 : (warn("cannot read %s", from), -1);
}

static void keep_status(int fd, const struct stat* st) {
    const struct timespec times[2] = {st->st_atim, st->st_mtim};
    fchmod(fd, st->st_mode & 07777);
    futimens(fd, times);
}

static int copy_file(const char* from, const char* to, const struct stat* st) {
    const int in = open(from, O_RDONLY);
    if (in < 0) return warn("cannot open %s", from), 1;
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st->st_mode & 0777);
    if (out < 0 && force && unlink(to) == 0) out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st->st_mode & 0777);
    if (out < 0) {
        warn("cannot create %s", to);
        close(in);
        return 1;
    }
    int failed = copy_bytes(in, out, from, to) != 0;
    if (keep && !failed) keep_status(out, st);
    close(in);
    if (close(out) != 0) warn("cannot write %s", to), failed = 1;
    return failed;
}

static int copy(const char* from, const char* to);

static int copy_directory(const char* from, const char* to, const struct stat* st) {
    if (top.st_ino && st->st_ino == top.st_ino && st->st_dev == top.st_dev)
        return warnx("cannot copy %s into itself", from), 1;
    char** names = names_in(from);
    struct stat target;
    int failed = 0;
    if (!names) return warn("cannot open %s", from), 1;
    if (mkdir(to, (st->st_mode & 0777) | 0700) != 0 &&
        (errno != EEXIST || stat(to, &target) != 0 || !S_ISDIR(target.st_mode))) {
        warn("cannot make directory %s", to);
        free_names(names);
        return 1;
    }
    if (top.st_ino == 0) stat(to, &top);
    for (char** name = names; *name; name++) {
        char *inner_from = path_in(from, *name), *inner_to = path_in(to, *name);
        failed |= copy(inner_from, inner_to);
        free(inner_from);
        free(inner_to);
    }
    free_names(names);
    if (keep) {
        const struct timespec times[2] = {st->st_atim, st->st_mtim};
        chmod(to, st->st_mode & 07777);
        utimensat(AT_FDCWD, to, times, 0);
    }
    return failed;
}

static int copy(const char* from, const char* to) {
    struct stat st, target;
    if (stat(from, &st) != 0) return warn("cannot open %s", from), 1;
    if (S_ISDIR(st.st_mode)) {
        if (recursive) return copy_directory(from, to, &st);
        return warnx("%s is a directory, which needs -r", from), 1;
    }
    if (stat(to, &target) == 0 && st.st_dev == target.st_dev && st.st_ino == target.st_ino)
        return warnx("%s and %s are the same file", from, to), 1;
    return copy_file(from, to, &st);
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "rRapf")) != -1;) {
        if (letter == '?') bad_usage(usage);
        recursive |= letter == 'r' || letter == 'R' || letter == 'a';
        keep |= letter == 'p' || letter == 'a';
        force |= letter == 'f';
    }
    if (argc - optind < 2) bad_usage(usage);
    return for_each_target(argv + optind, copy);
}
