/* The limits: those of nx6 (abi/param.h), and those that only xv6 has. */
#pragma once

#include "abi/param.h"

/* user/user.h requests a stack of this size: xv6's tests expect the guard page right below it. */
#undef USERSTACK
#define USERSTACK 1

/* Programs size a buffer by these, in order to fill the log. nx6's log has more room. */
#define MAXOPBLOCKS 10
#define LOGBLOCKS   (MAXOPBLOCKS * 3)
#define FSSIZE      81920 /* blocks of the disk image, unless mkfs is told otherwise */
