// Directories: what read() gives are entries as on the disk (struct dirent of abi/fs.h).
#include "dirent.h"

#include "posix/posix.h"

extern "C" void qsort(void* array, size_t count, size_t size, int (*compare)(const void*, const void*));

namespace {

struct Entry {
    unsigned short inode;  // 0: free
    char name[NAME_MAX];
};
static_assert(sizeof(Entry) == 16);

}  // namespace

struct posix_directory {
    int fd;
    unsigned at, count;  // in `entries`
    long offset;         // in the directory, of entries[at]
    Entry entries[64];
    dirent current;
};

extern "C" {

DIR* posix_fdopendir(int fd) {
    auto* d = static_cast<DIR*>(calloc(1, sizeof(DIR)));
    if (!d) return errno = ENOMEM, nullptr;
    d->fd = fd;
    return d;
}

DIR* posix_opendir(const char* path) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno = -fd, nullptr;
    DIR* d = posix_fdopendir(fd);
    if (!d) close(fd);
    return d;
}

dirent* posix_readdir(DIR* d) {
    for (;;) {
        if (d->at == d->count) {
            const long n = posix::check(raw_pread(d->fd, d->entries, sizeof d->entries, d->offset));
            if (n <= 0) return nullptr;
            d->at = 0;
            d->count = static_cast<unsigned>(n) / sizeof(Entry);
        }
        const Entry& e = d->entries[d->at++];
        d->offset += static_cast<long>(sizeof e);
        if (!e.inode) continue;
        d->current = {e.inode, d->offset, sizeof(dirent), DT_UNKNOWN, {}};
        memcpy(d->current.d_name, e.name, NAME_MAX);
        return &d->current;
    }
}

int posix_closedir(DIR* d) {
    const int result = posix_close(d->fd);
    free(d);
    return result;
}

long posix_telldir(DIR* d) { return d->offset; }
void posix_seekdir(DIR* d, long position) {
    d->at = d->count = 0;
    d->offset = position;
}
void posix_rewinddir(DIR* d) { posix_seekdir(d, 0); }
int posix_dirfd(DIR* d) { return d->fd; }

int posix_alphasort(const dirent** a, const dirent** b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int free_names(dirent** names, int count) {
    while (count > 0) free(names[--count]);
    free(names);
    return -1;
}

int posix_scandir(const char* path, dirent*** result, int (*wanted)(const dirent*),
                  int (*compare)(const dirent**, const dirent**)) {
    DIR* d = posix_opendir(path);
    if (!d) return -1;
    dirent** names = nullptr;
    int count = 0;
    while (const dirent* e = posix_readdir(d)) {
        if (wanted && !wanted(e)) continue;
        auto** grown =
            static_cast<dirent**>(realloc(names, (static_cast<size_t>(count) + 1) * sizeof(void*)));
        if (grown) names = grown;
        auto* copy = static_cast<dirent*>(grown ? malloc(sizeof(dirent)) : nullptr);
        if (!copy) return posix_closedir(d), errno = ENOMEM, free_names(names, count);
        *copy = *e;
        names[count++] = copy;
    }
    posix_closedir(d);
    if (compare && count > 1)
        qsort(names, static_cast<size_t>(count), sizeof(void*),
              reinterpret_cast<int (*)(const void*, const void*)>(compare));
    *result = names;
    return count;
}

}  // extern "C"
