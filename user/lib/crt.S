# Where a program begins, and how it asks the kernel. exec enters with argc in a0 and argv in a1.
    .section .text.startup, "ax"
    .globl _start
_start:
    call start_main

# One stub a system call: the number in a7, the arguments as the C caller left them, the result in a0.
# The kernel keeps the s-registers and sp, as a function would. The library calls them by the names raw_...; the
# plain names are weak, for a program may have a function of its own that is called so. (sbrk's errors need xv6's
# form: system.cc has the function of that name.)
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
