// getcwd(), mkstemp(), and the parts of a path.
#include "abi/fs.h"
#include "posix/posix.h"

namespace {

// The name of the directory with this inode, in the directory `parent`. False: it has none.
bool find_name(const char* parent, unsigned inode, char name[DIRSIZ + 1]) {
    const int fd = open(parent, O_RDONLY);
    struct dirent e {};
    bool found = false;
    while (fd >= 0 && !found && read(fd, &e, sizeof e) == sizeof e)
        found = e.inum == inode && strncmp(e.name, ".", DIRSIZ) != 0 && strncmp(e.name, "..", DIRSIZ) != 0;
    if (fd >= 0) close(fd);
    memcpy(name, e.name, DIRSIZ);
    name[DIRSIZ] = '\0';
    return found;
}

// Writes the path to the end of `text`, from the last name to the first; returns its start, or null.
char* find_path(char (&text)[MAXPATH]) {
    char up[MAXPATH + 4] = ".", name[DIRSIZ + 1];
    char* at = text + sizeof text - 1;
    *at = '\0';
    struct stat here;
    for (;;) {
        const int failed = stat(up, &here);
        if (failed < 0) return errno = -failed, nullptr;
        if (here.ino == ROOTINO) break;
        const unsigned long n = strlen(up);
        if (n + 3 > MAXPATH - 1) return errno = ENAMETOOLONG, nullptr;
        memcpy(up + n, "/..", 4);
        if (!find_name(up, here.ino, name)) return errno = ENOENT, nullptr;
        if (static_cast<unsigned long>(at - text) < strlen(name) + 1) return errno = ENAMETOOLONG, nullptr;
        at -= strlen(name);
        memcpy(at, name, strlen(name));
        *--at = '/';
    }
    if (!*at) *--at = '/';
    return at;
}

char* last_slash(char* path) {
    char* last = nullptr;
    for (char* p = path; *p; p++) {
        if (*p == '/') last = p;
    }
    return last;
}

void cut_slashes(char* path) {
    for (unsigned long n = strlen(path); n > 1 && path[n - 1] == '/'; n--) path[n - 1] = '\0';
}

// Calls make(path) with new names until one does not exist.
template <class Make>
long with_new_name(char* path, Make make) {
    const unsigned long n = strlen(path);
    const char* slash = last_slash(path);
    if (n < 6 || strcmp(path + n - 6, "XXXXXX") != 0) return -EINVAL;
    if (strlen(slash ? slash + 1 : path) > DIRSIZ) return -ENAMETOOLONG;
    static unsigned long seed;
    long result = -EEXIST;
    for (int tries = 0; tries < 100 && result == -EEXIST; tries++) {
        seed = (seed + nanouptime() + static_cast<unsigned long>(getpid())) * 6364136223846793005ul + 1;
        for (unsigned long i = 0; i < 6; i++)
            path[n - 6 + i] = "abcdefghijklmnopqrstuvwxyz012345"[seed >> (30 + 5 * i) & 31];
        result = make(path);
    }
    return result;
}

}  // namespace

extern "C" {

int posix_mkdir(const char* path, mode_t mode);

char* posix_getcwd(char* path, size_t size) {
    char text[MAXPATH];
    if (path && size == 0) return errno = EINVAL, nullptr;
    const char* found = find_path(text);
    if (!found) return nullptr;
    const size_t needed = strlen(found) + 1;
    if (size && needed > size) return errno = ERANGE, nullptr;
    if (!path) path = static_cast<char*>(malloc(size ? size : needed));
    if (!path) return errno = ENOMEM, nullptr;
    return static_cast<char*>(memcpy(path, found, needed));
}

int posix_mkstemp(char* path) {
    return posix::check_int(with_new_name(
        path, [](const char* p) { return raw_open(p, O_RDWR | O_CREATE | O_EXCL | O_MODE, 0600); }));
}

char* posix_mkdtemp(char* path) {
    const long made = with_new_name(
        path, [](const char* p) { return posix_mkdir(p, 0700) == 0 ? 0l : -static_cast<long>(errno); });
    return posix::check(made) < 0 ? nullptr : path;
}

char* posix_basename(char* path) {
    static char dot[] = ".";
    if (!path || !*path) return dot;
    cut_slashes(path);
    char* slash = last_slash(path);
    return slash && slash[1] ? slash + 1 : path;
}

char* posix_dirname(char* path) {
    static char dot[] = ".";
    if (!path || !*path) return dot;
    cut_slashes(path);
    char* slash = last_slash(path);
    if (!slash) return dot;
    slash[slash == path] = '\0';
    cut_slashes(path);
    return path;
}

}  // extern "C"
