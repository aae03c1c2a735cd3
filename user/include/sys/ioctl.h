/* Linux's ioctl(). The requests are in kernel/abi/ioctl.h and, for the local CID, in linux/vm_sockets.h. The
 * window's size is struct winsize, as on Linux. */
#pragma once

#include "abi/ioctl.h"
#include "abi/termios.h"
#include "sys/cdefs.h"

BEGIN_C
int ioctl(int fd, unsigned long request, ...) POSIX(ioctl);
END_C
