/* Addresses of xv6's memory map that its test programs try to access, which must fail. In nx6 only the
 * program itself is mapped in the lower half of its address space, so none of these is mapped there. */
#pragma once

#include "kernel/riscv.h"

#define UART0    0x10000000L
#define VIRTIO0  0x10001000L
#define CLINT    0x02000000L
#define PLIC     0x0c000000L
#define KERNBASE 0x80000000L                     /* physical address of RAM */
#define PHYSTOP  (KERNBASE + 128L * 1024 * 1024) /* with the default MEM=128M */

#define TRAMPOLINE (MAXVA - PGSIZE)
#define TRAPFRAME  (TRAMPOLINE - PGSIZE)
