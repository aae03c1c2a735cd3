/* POSIX: waiting for children. The options and the macros for the status are in abi/wait.h. */
#pragma once

#include "abi/wait.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#ifndef NX6_USER_H /* which has xv6's wait() and waitpid() */
BEGIN_C
/* Waits for a child that has ended, and frees its entry. Returns its pid. status may be null. ECHILD: there
 * is no child; EINTR. */
pid_t wait(int* status) POSIX(wait);
/* The same for the child `pid`, any (-1), those of the caller's group (0), or of the group -pid. Options:
 * WNOHANG, WUNTRACED, WCONTINUED. 0: WNOHANG, and none has changed. Also EINVAL. */
pid_t waitpid(pid_t pid, int* status, int options) POSIX(waitpid);
END_C
#endif
