/* The result of fstat(). Plain C. */
#pragma once
#define T_DIR    1
#define T_FILE   2
#define T_DEVICE 3
#define T_PIPE   4
#define T_SOCK   5

struct stat {
    int dev;            /* the disk's number */
    unsigned int ino;   /* inode number */
    short type;         /* T_* */
    short nlink;        /* number of links */
    unsigned long size; /* bytes */
};
