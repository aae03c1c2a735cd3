/* POSIX: time. Local time is UTC. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

#ifndef NX6_TIMESPEC
#define NX6_TIMESPEC
struct timespec {
    time_t tv_sec;
    long tv_nsec;
};
#endif
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};

typedef long clock_t;
#define CLOCKS_PER_SEC 1000000

typedef int clockid_t;
#define CLOCK_REALTIME  0
#define CLOCK_MONOTONIC 1

BEGIN_C
clock_t clock(void) POSIX(clock); /* the processor time of this process, in microseconds */
time_t time(time_t* t) POSIX(time);
int clock_gettime(clockid_t clock, struct timespec* now) POSIX(clock_gettime);
/* EINTR: a signal; the time left is in *left (may be null). EINVAL. */
int nanosleep(const struct timespec* duration, struct timespec* left) POSIX(nanosleep);
struct tm* gmtime_r(const time_t* t, struct tm* result) POSIX(gmtime_r);
struct tm* gmtime(const time_t* t) POSIX(gmtime); /* valid until the next call */
struct tm* localtime_r(const time_t* t, struct tm* result) POSIX(localtime_r);
struct tm* localtime(const time_t* t) POSIX(localtime);
time_t timegm(const struct tm* t) POSIX(timegm);
time_t mktime(struct tm* t) POSIX(mktime);        /* sets all fields into their ranges */
char* ctime(const time_t* t) POSIX(ctime);        /* "Sun Nov 22 06:50:09 2026\n", until the next call */
char* asctime(const struct tm* t) POSIX(asctime); /* likewise */
char* ctime_r(const time_t* t, char text[26]) POSIX(ctime_r);
char* asctime_r(const struct tm* t, char text[26]) POSIX(asctime_r);
double difftime(time_t end, time_t start) POSIX(difftime);
int clock_getres(clockid_t clock, struct timespec* resolution) POSIX(clock_getres);
/* All conversions of POSIX, and %k %l %P %s; 0: it does not fit. */
size_t strftime(char* text, size_t size, const char* format, const struct tm* t) POSIX(strftime);
END_C
