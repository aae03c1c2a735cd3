/* POSIX: time in microseconds. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

#ifndef NX6_TIMEVAL
#define NX6_TIMEVAL
struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};
#endif

BEGIN_C
int gettimeofday(struct timeval* now, void* zone) POSIX(gettimeofday);     /* zone: null */
int utimes(const char* path, const struct timeval times[2]) POSIX(utimes); /* as utimensat(), sys/stat.h */
int futimes(int fd, const struct timeval times[2]) POSIX(futimes);
END_C

#include "sys/select.h"
