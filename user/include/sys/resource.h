/* POSIX: resources of a process. */
#pragma once

#include "sys/cdefs.h"
#include "sys/time.h"

typedef unsigned long rlim_t;
struct rlimit {
    rlim_t rlim_cur, rlim_max;
};
#define RLIM_INFINITY (~0ul)
#define RLIMIT_CPU    0
#define RLIMIT_FSIZE  1
#define RLIMIT_DATA   2
#define RLIMIT_STACK  3
#define RLIMIT_CORE   4
#define RLIMIT_NOFILE 7
#define RLIMIT_AS     9

#define RUSAGE_SELF     0
#define RUSAGE_CHILDREN (-1) /* not known: all 0 */
struct rusage {
    struct timeval ru_utime, ru_stime; /* the first has all processor time */
    long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock;
    long ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};

BEGIN_C
int getrusage(int who, struct rusage* usage) POSIX(getrusage);
int getrlimit(int resource, struct rlimit* limit) POSIX(getrlimit);
/* The limits are the kernel's: EPERM, unless the limit is at least that. */
int setrlimit(int resource, const struct rlimit* limit) POSIX(setrlimit);
END_C
