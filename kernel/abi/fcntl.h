/* The flags of open() and the commands of fcntl(). Plain C. */
#pragma once
#define O_RDONLY   0x000
#define O_WRONLY   0x001
#define O_RDWR     0x002
#define O_CREATE   0x200
#define O_TRUNC    0x400
#define O_NONBLOCK 0x800    /* fail with EAGAIN instead of blocking; for sockets, pipes and the console */
#define O_CLOEXEC  0x80000  /* exec() closes the descriptor */
#define O_PATH     0x200000 /* only for fstat(), of any type of file; no reading and writing */

/* fcntl() */
#define F_GETFD    1 /* FD_CLOEXEC or 0 */
#define F_SETFD    2 /* sets FD_CLOEXEC; other bits are ignored */
#define F_GETFL    3 /* the access mode and O_NONBLOCK */
#define F_SETFL    4 /* sets O_NONBLOCK; other bits are ignored */
#define FD_CLOEXEC 1 /* of one descriptor: exec() closes it; a duplicate does not have it */
