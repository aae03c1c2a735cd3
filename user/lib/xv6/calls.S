# The system calls for xv6's programs (user/user.h): every error is returned as -1.
# One stub each, as in ../crt.S, under the name xv6_NAME.
#define SYSCALL(number, name, ...) \
    .section .text.xv6_##name, "ax"; \
    .globl xv6_##name; \
    xv6_##name: li a7, number; \
    ecall; \
    bltz a0, 1f; \
    ret; \
    1: tail xv6_failed;

# Its C form is in library.cc.
#define xv6_sbrk xv6_kernel_sbrk
#include "abi/syscalls.def"

    .section .text.xv6_failed, "ax"
xv6_failed:
    negw    a0, a0
    la      t0, xv6_errno
    sw      a0, 0(t0)
    li      a0, -1
    ret

    .section .note.GNU-stack, "", @progbits
