/* BSD: what went wrong, on standard error; err() and errx() end the program. */
#pragma once

#include "sys/cdefs.h"

BEGIN_C
void err(int status, const char* format, ...) POSIX(err) __attribute__((noreturn)) POSIX_PRINTF(2, 3);
void errx(int status, const char* format, ...) POSIX(errx) __attribute__((noreturn)) POSIX_PRINTF(2, 3);
void warn(const char* format, ...) POSIX(warn) POSIX_PRINTF(1, 2);
void warnx(const char* format, ...) POSIX(warnx) POSIX_PRINTF(1, 2);
END_C
