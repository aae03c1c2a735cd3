// The functions behind the system calls, one for each line of abi/syscalls.def. A failure reaches the program
// as the Errno negated.
#pragma once

#include "lib/result.h"
#include "sys/args.h"

#define SYSCALL(number, name, ...) Result<i64> sys_##name(const SyscallArgs& a);
#include "abi/syscalls.def"
#undef SYSCALL
