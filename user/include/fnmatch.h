/* POSIX: patterns of file names (XCU 2.13). */
#pragma once

#include "sys/cdefs.h"

#define FNM_NOMATCH  1
#define FNM_PATHNAME 1  /* * ? [ do not match a slash */
#define FNM_NOESCAPE 2  /* a backslash is an ordinary byte */
#define FNM_PERIOD   4  /* a period at the start is only matched by a period */
#define FNM_CASEFOLD 16 /* GNU */

BEGIN_C
int fnmatch(const char* pattern, const char* text, int flags); /* 0: it matches */
END_C
