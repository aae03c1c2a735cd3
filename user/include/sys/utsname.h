/* POSIX: the name of the system. */
#pragma once

#include "sys/cdefs.h"

struct utsname {
    char sysname[65], nodename[65], release[65], version[65], machine[65];
};

BEGIN_C
int uname(struct utsname* name) POSIX(uname);
END_C
