/* POSIX: open() and fcntl(). */
#pragma once

#include "abi/fcntl.h"
#include "sys/cdefs.h"

#define O_CREAT    O_CREATE
#define O_CLOEXEC  0
#define FD_CLOEXEC 1

BEGIN_C
int open(const char* path, int flags, ...) POSIX(open); /* a mode is ignored */
int fcntl(int fd, int command, ...) POSIX(fcntl);
END_C
