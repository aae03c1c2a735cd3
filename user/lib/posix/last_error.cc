// What every program with POSIX's headers has: the reason of the last failure, and a stack for buffers of the
// size that such programs like to put there. Its pages are made when they are touched.
#include "user.h"

int errno;

STACK_SIZE(0x40000);
