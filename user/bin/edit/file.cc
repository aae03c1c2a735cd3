#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/param.h"
#include "manners.h"

namespace edit {
namespace {

void refuse(const char* path, const char* why) { die("cannot edit %s: %s", path, why); }

// The directory must exist when the file is saved, so it must now.
void check_new(const char* path) {
    struct stat directory;
    char copy[MAXPATH];
    strlcpy(copy, path, sizeof copy);
    char* slash = strrchr(copy, '/');
    if (!slash) return;
    slash[1] = '\0';
    if (stat(copy, &directory) < 0) refuse(path, "its directory does not exist; make it with mkdir");
}

// Behind the path's last slash, or at its beginning: "." and a name that others hardly use.
void make_neighbour(const char* path, char (&name)[MAXPATH]) {
    const char* slash = strrchr(path, '/');
    snprintf(name, sizeof name, "%.*s.edit.XXXXXX", slash ? static_cast<int>(slash + 1 - path) : 0, path);
}

bool write_all(int fd, TextView text) {
    while (!text.empty()) {
        const ssize_t n = write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = ENOSPC;
        if (n <= 0) return false;
        text.remove_prefix(static_cast<usize>(n));
    }
    return true;
}

// A new file's mode is as from open().
mode_t mode_of(const char* path) {
    struct stat old;
    if (stat(path, &old) == 0) return old.st_mode & 07777;
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

}  // namespace

bool load(const char* path, Editor& into) {
    struct stat status;
    if (strlen(path) + sizeof ".edit.XXXXXX" > MAXPATH) refuse(path, "its path is too long");
    if (stat(path, &status) < 0) {
        if (errno != ENOENT || !*path) refuse(path, strerror(errno));
        check_new(path);
        return false;
    }
    if (S_ISDIR(status.st_mode)) refuse(path, "it is a directory; name a file in it");
    if (!S_ISREG(status.st_mode)) refuse(path, "it is not a file of text but a device or the like");
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) refuse(path, strerror(errno));
    char part[4096];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0) {
        if (!into.load({part, static_cast<usize>(n)}))
            die("%s is too large: at most %zu KiB can be edited, and free memory is needed", path,
                Buffer::kMost / 1024);
    }
    if (n < 0) refuse(path, strerror(errno));
    close(fd);
    return true;
}

int save(const char* path, TextView text) {
    char name[MAXPATH];
    make_neighbour(path, name);
    const int fd = mkstemp(name);
    if (fd < 0) return errno;
    bool done = write_all(fd, text) && fchmod(fd, mode_of(path)) == 0 && fsync(fd) == 0;
    int error = errno;
    close(fd);
    if (done && rename(name, path) < 0) {
        done = false;
        error = errno;
    }
    if (!done) unlink(name);
    return done ? 0 : error;
}

}  // namespace edit
