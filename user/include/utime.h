/* POSIX: the older way to set a file's time. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

struct utimbuf {
    time_t actime; /* ignored */
    time_t modtime;
};

BEGIN_C
int utime(const char* path, const struct utimbuf* times) POSIX(utime); /* null: now */
END_C
