// The functions of the system calls, one for each line of abi/syscalls.def. A failure returns the negative
// Errno to the program.
#pragma once

#include "lib/result.h"
#include "sys/args.h"

#define SYSCALL(number, name, ...) Result<i64> sys_##name(const SyscallArgs& a);
#include "abi/syscalls.def"
#undef SYSCALL
