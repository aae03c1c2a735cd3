/*
 * The file system as it lies on the disk. Plain C, shared by the kernel (fs/) and mkfs.
 *
 *   block 0        1            logstart          inodestart    bmapstart   datastart            size
 *   | boot (unused) | superblock | header | log ... | inodes ... | bitmap ... | files, directories |
 *
 * All numbers are little-endian. Block 0 in an inode or an indirect block means "no block". A directory is a
 * file of `struct dirent`s; inode 1 is the root directory. The bitmap has one bit a block of the whole disk,
 * 1: in use.
 */
#pragma once

#define BSIZE   1024       /* bytes of a block */
#define FSMAGIC 0x0036786e /* "nx6", the superblock's first bytes */
#define ROOTINO 1          /* the root directory's inode number; inode 0 is not used */
#define LOGSIZE 120        /* blocks one commit can hold; the log is one block longer, for its header */

struct superblock {
    unsigned int magic;    /* FSMAGIC */
    unsigned int size;     /* blocks of the whole image */
    unsigned int ninodes;  /* inodes, inode 0 included */
    unsigned int nlog;     /* blocks of the log, its header included */
    unsigned int logstart; /* first block of each part */
    unsigned int inodestart;
    unsigned int bmapstart;
    unsigned int datastart;
};

/* A file's blocks: NDIRECT named in the inode, NINDIRECT in one indirect block, and NINDIRECT of those. */
#define NDIRECT   11
#define NINDIRECT (BSIZE / 4)
#define MAXFILE   (NDIRECT + NINDIRECT + NINDIRECT * NINDIRECT) /* in blocks: a little over 64 MiB */

struct dinode {
    short type;           /* T_DIR, T_FILE or T_DEVICE (abi/stat.h); 0: free */
    unsigned short major; /* T_DEVICE: which device */
    unsigned short minor;
    short nlink;       /* directory entries that name it; 0 with a type: unlinked but still open */
    unsigned int size; /* bytes */
    unsigned int addrs[NDIRECT + 2]; /* data blocks, then the indirect and the double indirect block */
};
#define IPB (BSIZE / 64) /* inodes of a block; a dinode has 64 bytes */

#define DIRSIZ 14
struct dirent {
    unsigned short inum; /* 0: a free entry */
    char name[DIRSIZ];   /* padded with zeros; a name of DIRSIZ bytes has no zero at its end */
};

#define BPB (BSIZE * 8) /* bits of a bitmap block */

/*
 * The log's header. The log holds the last commit, and the header's checksum over itself and the log's blocks
 * tells whether that commit is complete. It is never erased: to install it once more changes nothing.
 */
struct logheader {
    unsigned long long
        checksum;         /* of everything below, the unused part of `block` excepted, and of the n blocks */
    unsigned int n;       /* blocks in the log */
    unsigned int orphans; /* inodes with nlink 0 that are not freed yet; mount frees them */
    unsigned int block[LOGSIZE]; /* where each belongs */
};
