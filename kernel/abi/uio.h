/* Several ranges of memory as one: readv(), writev(), sendmsg(), recvmsg(). Plain C. */
#pragma once

struct iovec {
    void* iov_base;
    unsigned long iov_len;
};

#define UIO_MAXIOV 256
