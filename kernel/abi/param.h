/* The system's limits. Plain C. */
#pragma once
#define NPROC     256  /* processes */
#define NCPU      8    /* harts */
#define NOFILE    1024 /* open files of a process */
#define NFILE     4096 /* open files in the system */
#define NINODE    128  /* inodes in memory */
#define NBUF      128  /* blocks in memory */
#define NDEV      10   /* device majors */
#define ROOTDEV   1    /* the root file system's disk */
#define MAXARG    32   /* exec arguments */
#define MAXPATH   128  /* bytes of a path, its terminating zero included */
#define USERSTACK 4    /* pages of a user stack */
