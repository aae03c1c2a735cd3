/* POSIX: waiting for children. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

#define WNOHANG             1
#define WIFEXITED(status)   (((status)&0x7f) == 0)
#define WEXITSTATUS(status) ((status) >> 8 & 0xff)
#define WIFSIGNALED(status) (((status)&0x7f) != 0)
#define WTERMSIG(status)    ((status)&0x7f)

BEGIN_C
pid_t wait(int* status) POSIX(wait);
pid_t waitpid(pid_t pid, int* status, int options) POSIX(waitpid);
END_C
