/* POSIX: the entries of a directory. Not together with the kernel's abi/fs.h, whose struct dirent is that on
 * the disk. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

#define NAME_MAX   14
#define DT_UNKNOWN 0 /* use stat() */
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12

struct dirent {
    ino_t d_ino;
    off_t d_off; /* telldir() behind this entry */
    unsigned short d_reclen;
    unsigned char d_type; /* always DT_UNKNOWN: a directory does not have the types */
    char d_name[NAME_MAX + 1];
};

typedef struct posix_directory DIR;

BEGIN_C
DIR* opendir(const char* path) POSIX(opendir);
DIR* fdopendir(int fd) POSIX(fdopendir); /* closedir() closes fd */
/* Null: the end, or with errno set an error. The entry is valid until the next call. */
struct dirent* readdir(DIR* d) POSIX(readdir);
int closedir(DIR* d) POSIX(closedir);
void rewinddir(DIR* d) POSIX(rewinddir);
long telldir(DIR* d) POSIX(telldir);
void seekdir(DIR* d, long position) POSIX(seekdir);
int dirfd(DIR* d) POSIX(dirfd);
/* Allocates *names and each entry of it; the caller frees them. Returns their number. `wanted` and `compare`
 * may be null. */
int scandir(const char* path, struct dirent*** names, int (*wanted)(const struct dirent*),
            int (*compare)(const struct dirent**, const struct dirent**)) POSIX(scandir);
int alphasort(const struct dirent** a, const struct dirent** b) POSIX(alphasort);
END_C
