/* POSIX: open() and fcntl(). */
#pragma once

#include "abi/fcntl.h"
#ifndef NX6_XV6 /* whose programs want O_CREATE ... only */

#include "abi/seek.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#define O_CREAT    O_CREATE
#define O_NOCTTY   0 /* open() never changes the controlling terminal */
#define O_NOFOLLOW 0 /* there are no symbolic links */
#define O_SYNC     0 /* every write() is on the disk when it returns */
#define O_DSYNC    O_SYNC
#define AT_FDCWD   (-100)

BEGIN_C
int open(const char* path, int flags, ...) POSIX(open); /* with O_CREAT: the new file's mode */
int creat(const char* path, mode_t mode) POSIX(creat);
int fcntl(int fd, int command, ...) POSIX(fcntl);
END_C

#endif
