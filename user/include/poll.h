/* POSIX: waiting for several descriptors. */
#pragma once

#include "abi/poll.h"
#include "sys/cdefs.h"

typedef unsigned long nfds_t;

BEGIN_C
/* How many of them are ready; 0 after so many milliseconds (negative: never). */
int poll(struct pollfd* fds, nfds_t n, int timeout_ms) POSIX(poll);
END_C
