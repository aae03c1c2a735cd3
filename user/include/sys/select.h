/* POSIX: select(), made of poll(). */
#pragma once

#include "sys/time.h"

#define FD_SETSIZE 128
typedef struct {
    unsigned long bits[FD_SETSIZE / 64];
} fd_set;

#define FD_ZERO(set)      ((set)->bits[0] = (set)->bits[1] = 0)
#define FD_SET(fd, set)   ((void)((set)->bits[(fd) / 64] |= 1ul << ((fd) % 64)))
#define FD_CLR(fd, set)   ((void)((set)->bits[(fd) / 64] &= ~(1ul << ((fd) % 64))))
#define FD_ISSET(fd, set) ((int)((set)->bits[(fd) / 64] >> ((fd) % 64) & 1))

BEGIN_C
int select(int n, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout)
    POSIX(select);
END_C
