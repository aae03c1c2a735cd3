/* POSIX: comparisons that ignore case. */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

BEGIN_C
int strcasecmp(const char* a, const char* b);
int strncasecmp(const char* a, const char* b, size_t n);
END_C

#define bzero(to, n)       memset((to), 0, (n))
#define bcopy(from, to, n) memmove((to), (from), (n))
