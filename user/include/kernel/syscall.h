/* SYS_fork and so on: the number of each system call, for programs that make the call themselves. */
#pragma once

enum {
#define SYSCALL(number, name, ...) SYS_##name = number,
#include "abi/syscalls.def"
#undef SYSCALL
    SYS_pause = SYS_sleep /* its name since 2025 */
};
