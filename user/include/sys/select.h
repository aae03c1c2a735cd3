/* POSIX: select(), implemented with poll(). */
#pragma once

#include "sys/time.h"

#define FD_SETSIZE 1024 /* as many as NOFILE */
typedef struct {
    unsigned long bits[FD_SETSIZE / 64];
} fd_set;

#define FD_ZERO(set)      ((void)__builtin_memset((set), 0, sizeof(fd_set)))
#define FD_SET(fd, set)   ((void)((set)->bits[(fd) / 64] |= 1ul << ((fd) % 64)))
#define FD_CLR(fd, set)   ((void)((set)->bits[(fd) / 64] &= ~(1ul << ((fd) % 64))))
#define FD_ISSET(fd, set) ((int)((set)->bits[(fd) / 64] >> ((fd) % 64) & 1))

BEGIN_C
int select(int n, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout)
    POSIX(select);
END_C
