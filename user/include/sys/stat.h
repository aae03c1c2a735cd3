/* Not POSIX's struct stat but our own (kernel/abi/stat.h), with the calls that fill it. */
#pragma once

#include "abi/stat.h"
#include "sys/cdefs.h"
#include "sys/types.h"

/* stat is a struct and a function: C's habit, which only -Wshadow minds. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
BEGIN_C
int stat(const char* path, struct stat* st) POSIX(stat);
int fstat(int fd, struct stat* st) POSIX(fstat);
int mkdir(const char* path, mode_t mode) POSIX(mkdir); /* the mode is passed over */
END_C
#pragma GCC diagnostic pop
