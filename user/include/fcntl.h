/* POSIX: open() and fcntl(). */
#pragma once

#include "abi/fcntl.h"
#include "sys/cdefs.h"

#define O_CREAT O_CREATE

BEGIN_C
int open(const char* path, int flags, ...) POSIX(open); /* a mode is ignored */
int fcntl(int fd, int command, ...) POSIX(fcntl);
END_C
