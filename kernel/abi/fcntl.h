/* The flags of open() and the commands of fcntl(). Plain C. */
#pragma once
#define O_RDONLY    0x000
#define O_WRONLY    0x001
#define O_RDWR      0x002
#define O_ACCMODE   0x003
#define O_EXCL      0x080 /* with O_CREATE: the file must not exist */
#define O_CREATE    0x200
#define O_TRUNC     0x400
#define O_NONBLOCK  0x800    /* fail with EAGAIN instead of blocking; for sockets, pipes and the console */
#define O_APPEND    0x1000   /* each write() goes to the end of the file, as one step */
#define O_DIRECTORY 0x10000  /* fail with ENOTDIR if it is not a directory */
#define O_CLOEXEC   0x80000  /* exec() closes the descriptor */
#define O_PATH      0x200000 /* only for fstat(), fchmod() and futimens(), of any type of file */
#define O_MODE      0x400000 /* open() has a third argument, the mode of a file that it creates */

/* fcntl() */
#define F_GETFD    1 /* FD_CLOEXEC or 0 */
#define F_SETFD    2 /* sets FD_CLOEXEC; other bits are ignored */
#define F_GETFL    3 /* the access mode, O_NONBLOCK and O_APPEND */
#define F_SETFL    4 /* sets O_NONBLOCK and O_APPEND; other bits are ignored */
#define FD_CLOEXEC 1 /* of one descriptor: exec() closes it; a duplicate does not have it */
