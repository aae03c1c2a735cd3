/* What is left of ioctl(): FIONBIO, which fcntl() with O_NONBLOCK does better. */
#pragma once

#include "sys/cdefs.h"

#define FIONBIO 0x5421 /* int*: not 0, and calls do not wait */

BEGIN_C
int ioctl(int fd, unsigned long what, ...) POSIX(ioctl);
END_C
