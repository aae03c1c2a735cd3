# The entry point of a program, and the system calls. exec starts a program with argc in a0 and argv in a1.
    .section .text.startup, "ax"
    .globl _start
_start:
    call start_main

# One stub for each system call: the number in a7, the arguments where the C caller put them, the result in a0. The
# kernel preserves the s-registers and sp, as a function does. The library uses the names raw_NAME; the plain names
# are weak, so that a program may define a function of that name. (sbrk() is in system.cc.)
#define SYSCALL(number, name, ...) \
    .section .text.name, "ax"; \
    .globl raw_##name; \
    .weak name; \
    raw_##name: \
    name: li a7, number; \
    ecall; \
    ret;

#include "abi/syscalls.def"

    .section .note.GNU-stack, "", @progbits
