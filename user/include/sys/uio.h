/* POSIX: several buffers in one call. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

struct iovec {
    void* iov_base;
    size_t iov_len;
};

#define IOV_MAX 64

BEGIN_C
ssize_t readv(int fd, const struct iovec* v, int count) POSIX(readv);
ssize_t writev(int fd, const struct iovec* v, int count) POSIX(writev);
END_C
