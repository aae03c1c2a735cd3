/* POSIX: several buffers in one call. */
#pragma once

#include "abi/uio.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#define IOV_MAX 256 /* as limits.h has it */

BEGIN_C
ssize_t readv(int fd, const struct iovec* v, int count) POSIX(readv);
ssize_t writev(int fd, const struct iovec* v, int count) POSIX(writev);
END_C
