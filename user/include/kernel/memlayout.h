/* Addresses of xv6's memory map that its programs try to touch, and must not be able to. In nx6 a program's
 * lower half of the address space holds nothing but the program: none of these is mapped there. */
#pragma once

#include "kernel/riscv.h"

#define UART0    0x10000000L
#define VIRTIO0  0x10001000L
#define CLINT    0x02000000L
#define PLIC     0x0c000000L
#define KERNBASE 0x80000000L                     /* where RAM begins, physically */
#define PHYSTOP  (KERNBASE + 128L * 1024 * 1024) /* with the default MEM=128M */

#define TRAMPOLINE (MAXVA - PGSIZE)
#define TRAPFRAME  (TRAMPOLINE - PGSIZE)
