/* POSIX: what is known of a file. Permissions are kept but not checked: every program may do everything, as
 * root may on other systems. There is one time, that of the last change of the content. The constants S_IF*
 * are in kernel/abi/file_status.h. */
#pragma once

#ifdef NX6_USER_H
#error "choose: user.h has xv6's struct stat, sys/stat.h POSIX's"
#endif
#define NX6_POSIX

#include "abi/file_status.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#ifndef NX6_TIMESPEC
#define NX6_TIMESPEC
struct timespec {
    time_t tv_sec;
    long tv_nsec;
};
#endif

struct stat { /* like struct file_status */
    dev_t st_dev;
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    off_t st_size;
    blksize_t st_blksize;
    blkcnt_t st_blocks;                        /* of 512 bytes; holes count */
    struct timespec st_atim, st_mtim, st_ctim; /* all the same */
};
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec

#define S_ISDIR(mode)  (((mode)&S_IFMT) == S_IFDIR)
#define S_ISREG(mode)  (((mode)&S_IFMT) == S_IFREG)
#define S_ISCHR(mode)  (((mode)&S_IFMT) == S_IFCHR)
#define S_ISBLK(mode)  0
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)
#define S_ISLNK(mode)  0
#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)

#define S_IRWXU 0700
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXG 0070
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXO 0007
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001
#define S_ISUID 04000
#define S_ISGID 02000
#define S_ISVTX 01000

#define UTIME_NOW  ((1l << 30) - 1)
#define UTIME_OMIT ((1l << 30) - 2)

/* stat is a struct and a function: usual in C, but -Wshadow warns of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
BEGIN_C
int stat(const char* path, struct stat* st) POSIX(stat);
int lstat(const char* path, struct stat* st) POSIX(lstat); /* there are no symbolic links */
int fstat(int fd, struct stat* st) POSIX(fstat);
int mkdir(const char* path, mode_t mode) POSIX(mkdir);
int chmod(const char* path, mode_t mode) POSIX(chmod);
int fchmod(int fd, mode_t mode) POSIX(fchmod);
mode_t umask(mode_t mask) POSIX(umask); /* 022 at first; returns the old one */
/* Sets the time of the last change to times[1]; times[0], that of the last access, is ignored. Null: now. */
int futimens(int fd, const struct timespec times[2]) POSIX(futimens);
/* The same of a path. ENOSYS: `dir` is not AT_FDCWD and the path not absolute. */
int utimensat(int dir, const char* path, const struct timespec times[2], int flags) POSIX(utimensat);
END_C
#pragma GCC diagnostic pop
