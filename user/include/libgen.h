/* POSIX: the parts of a path. Both may change the path, and return a part of it or a constant. */
#pragma once

#include "sys/cdefs.h"

BEGIN_C
char* basename(char* path) POSIX(basename); /* "/usr/lib/" is "lib" */
char* dirname(char* path) POSIX(dirname);   /* "/usr/lib/" is "/usr" */
END_C
