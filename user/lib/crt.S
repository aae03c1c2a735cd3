# Where a program begins, and how it asks the kernel. exec enters with argc in a0 and argv in a1.
    .section .text.startup, "ax"
    .globl _start
_start:
    call start_main

# One stub a system call: the number in a7, the arguments as the C caller left them, the result in a0.
# The kernel keeps the s-registers and sp, as a function would.
#define SYSCALL(number, name, arguments) \
    .section .text.name, "ax"; \
    .globl name; \
    name: li a7, number; \
    ecall; \
    ret;

# sbrk's errors need xv6's form: system.cc has the function itself.
#define sbrk sys_sbrk
#include "abi/syscalls.def"

    .section .note.GNU-stack, "", @progbits
