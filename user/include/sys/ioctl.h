/* ioctl() supports only FIONBIO; new programs use fcntl() with O_NONBLOCK. */
#pragma once

#include "sys/cdefs.h"

#define FIONBIO 0x5421 /* int*: if it is not 0, calls do not block */

BEGIN_C
int ioctl(int fd, unsigned long what, ...) POSIX(ioctl);
END_C
