/* BSD: limits and small macros. */
#pragma once

#include "abi/param.h"
#include "sys/types.h"

#define MAXPATHLEN     MAXPATH
#define MAXHOSTNAMELEN 64
#define NBBY           8

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif
#define howmany(n, unit) (((n) + ((unit)-1)) / (unit))
#define roundup(n, unit) (howmany(n, unit) * (unit))
