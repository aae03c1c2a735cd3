/* What POSIX programs learn of a file, from status(), and the bits of its mode, with Linux's values. The
 * layout is that of POSIX's struct stat (user/include/sys/stat.h). xv6's fstat() has the smaller one of
 * abi/stat.h. Plain C. */
#pragma once

#define S_IFMT   0170000 /* the type of the file */
#define S_IFSOCK 0140000
#define S_IFREG  0100000
#define S_IFDIR  0040000
#define S_IFCHR  0020000
#define S_IFIFO  0010000

struct file_status {
    unsigned long dev; /* the disk's number; 0: not on a disk */
    unsigned long ino;
    unsigned int mode; /* S_IF* and permissions, which are kept but not checked */
    unsigned int nlink;
    unsigned int uid, gid; /* 0 */
    unsigned long rdev;    /* of a device: its numbers, major * 256 + minor */
    long size;
    long blksize;         /* the disk's unit, in bytes */
    long blocks;          /* of 512 bytes, as if the file had no holes */
    long atime, atime_ns; /* the same as mtime */
    long mtime, mtime_ns; /* the last change of the content, since 1970; 0: unknown */
    long ctime, ctime_ns; /* the same as mtime */
};
