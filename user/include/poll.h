/* POSIX: waiting for several descriptors. */
#pragma once

#include "abi/poll.h"
#include "sys/cdefs.h"

typedef unsigned long nfds_t;

BEGIN_C
/* Returns how many are ready; 0 after that many milliseconds (negative: it never times out). */
int poll(struct pollfd* fds, nfds_t n, int timeout_ms) POSIX(poll);
END_C
