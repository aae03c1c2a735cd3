/* POSIX: processor time. */
#pragma once

#include <time.h>

struct tms {
    clock_t tms_utime, tms_stime, tms_cutime,
        tms_cstime; /* in 1/100 s; only the first is known, it has all */
};

BEGIN_C
clock_t times(struct tms* t) POSIX(times); /* the time since boot */
END_C
