/* The system's limits. Plain C. */
#pragma once
#define NPROC     256       /* processes */
#define NCPU      8         /* harts */
#define NOFILE    1024      /* open files per process */
#define NINODE    128       /* inodes in use at once */
#define NBUF      128       /* blocks in the buffer cache */
#define NDEV      10        /* device majors */
#define ROOTDEV   1         /* the root file system's disk */
#define MAXARG    128       /* exec arguments, and as many strings of the environment */
#define MAXPATH   128       /* bytes of a path, including the terminating zero */
#define USERSTACK 4         /* pages of a user stack mapped at exec; the others, when they are touched */
#define STACKSIZE (8 << 20) /* bytes of a user stack, unless the program asks for another size */
