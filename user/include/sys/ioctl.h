/* ioctl() supports FIONBIO (new programs use fcntl() with O_NONBLOCK) and, on a vsock socket,
 * IOCTL_VM_SOCKETS_GET_LOCAL_CID (linux/vm_sockets.h). */
#pragma once

#include "sys/cdefs.h"

#define FIONBIO 0x5421 /* int*: if it is not 0, calls do not block */

BEGIN_C
int ioctl(int fd, unsigned long what, ...) POSIX(ioctl);
END_C
