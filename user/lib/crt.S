# The entry point of a program, and the system calls. exec starts a program with argc in a0 and argv in a1.
    .section .text.startup, "ax"
    .globl _start
_start:
    call __start_main

# One stub for each system call: the number in a7, the arguments where the C caller put them, the result in a0. The
# kernel preserves the s-registers and sp, as a function does. user.h declares them as NX6_CALL(NAME).
#define SYSCALL(number, name, ...) \
    .section .text.name, "ax"; \
    .globl raw_##name; \
    raw_##name: li a7, number; \
    ecall; \
    ret;

#include "abi/syscalls.def"

    .section .note.GNU-stack, "", @progbits
