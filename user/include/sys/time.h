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

#define ITIMER_REAL 0
struct itimerval {
    struct timeval it_interval; /* 0: once; otherwise at least 1 ms */
    struct timeval it_value;    /* 0: never */
};

BEGIN_C
int gettimeofday(struct timeval* now, void* zone) POSIX(gettimeofday);     /* zone: null */
int utimes(const char* path, const struct timeval times[2]) POSIX(utimes); /* as utimensat(), sys/stat.h */
int futimes(int fd, const struct timeval times[2]) POSIX(futimes);
/* SIGALRM at a time from now, then at intervals; stores the time left. alarm() sets the same timer. EINVAL:
 * an invalid time, or another timer than ITIMER_REAL. */
int setitimer(int which, const struct itimerval* value, struct itimerval* old) POSIX(setitimer);
int getitimer(int which, struct itimerval* value) POSIX(getitimer);
END_C

#include "sys/select.h"
