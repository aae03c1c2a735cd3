/* The limits: nx6's own (abi/param.h), and the ones that only a kernel made like xv6 has. */
#pragma once

#include "abi/param.h"

/* user/user.h asks for a stack of this size: xv6's tests look for the page below it. */
#undef USERSTACK
#define USERSTACK 1

/* Programs take these for the size of a buffer that makes the log work. nx6's log has more room than that. */
#define MAXOPBLOCKS 10
#define LOGBLOCKS   (MAXOPBLOCKS * 3)
#define FSSIZE      81920 /* blocks of the disk image, unless mkfs is told otherwise */
