/*
 * The file system's format on disk. Plain C, shared by the kernel (fs/) and mkfs.
 *
 *   block 0        1            logstart          inodestart    bmapstart   datastart            size
 *   | boot (unused) | superblock | header | log ... | inodes ... | bitmap ... | files, directories |
 *
 * All numbers are little-endian. Block 0 in an inode or an indirect block means "no block": the file has only
 * zeros there. A directory is a
 * file of `struct dirent`s; inode 1 is the root directory. The bitmap has one bit for each block of the
 * image; 1 means "in use".
 */
#pragma once

#define BSIZE    1024       /* bytes per block */
#define FSMAGIC  0x0136786e /* "nx6" and the version of the format, 1: the first bytes of the superblock */
#define ROOTINO  1          /* the root directory's inode number; inode 0 is not used */
#define LOGSIZE  120        /* maximum blocks in one commit; the log has one more block, for its header */
#define LOGLEAST 30         /* a log has room for at least as many: what one operation may change */

struct superblock {
    unsigned int magic;    /* FSMAGIC */
    unsigned int size;     /* blocks in the whole image */
    unsigned int ninodes;  /* number of inodes, including inode 0 */
    unsigned int nlog;     /* blocks in the log, including its header */
    unsigned int logstart; /* first block of each region */
    unsigned int inodestart;
    unsigned int bmapstart;
    unsigned int datastart;
};

/* A file's blocks: NDIRECT direct ones, NINDIRECT through the indirect block, NINDIRECT * NINDIRECT through
 * the double indirect block. */
#define NDIRECT   8
#define NINDIRECT (BSIZE / 4)
#define MAXFILE   (NDIRECT + NINDIRECT + NINDIRECT * NINDIRECT) /* in blocks: a little over 64 MiB */

struct dinode {
    short type;           /* T_DIR, T_FILE, T_DEVICE or T_SOCK (abi/stat.h); 0: free */
    unsigned short major; /* T_DEVICE: device number; T_SOCK: half of the number of its bind() */
    unsigned short minor;
    short nlink;         /* directory entries that refer to it; 0 with a nonzero type: an orphan */
    unsigned int size;   /* bytes */
    unsigned short mode; /* permissions: 07777 */
    unsigned short unused;
    unsigned long long mtime;        /* last change of the content: nanoseconds since 1970 */
    unsigned int addrs[NDIRECT + 2]; /* data blocks, then the indirect and the double indirect block */
};
#define IPB (BSIZE / 64) /* inodes per block; a dinode has 64 bytes */

#define DIRSIZ 14
struct dirent {
    unsigned short inum; /* 0: a free entry */
    char name[DIRSIZ];   /* padded with zeros; a name of DIRSIZ bytes has no terminating zero */
};

#define BPB (BSIZE * 8) /* bits per bitmap block */

/*
 * The log's header. The log holds the last commit. The checksum covers the header and the log's blocks and
 * shows whether the commit is complete. The log is never erased: installing it again changes nothing.
 */
struct logheader {
    unsigned long long
        checksum;   /* over the fields below, without the unused part of `block`, and over the n blocks */
    unsigned int n; /* blocks in the log */
    unsigned int orphans;        /* inodes with nlink 0 that are not yet freed; mount frees them */
    unsigned int block[LOGSIZE]; /* the home block of each */
};
