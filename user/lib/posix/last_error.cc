// In every program that uses POSIX's headers: errno, and a larger stack, because such programs often have
// large local buffers. Its pages are allocated on first use.
#include "user.h"

int errno;

STACK_SIZE(0x40000);
