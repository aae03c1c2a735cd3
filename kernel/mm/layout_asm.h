// Addresses and sizes, usable from assembly too. mm/layout.h has the memory map.
#pragma once

#include "abi/param.h"

#define KERNEL_OFFSET   0xffffffc000000000  // kernel virtual = physical + this
#define RAM_BASE        0x80000000          // physical, QEMU's virt
#define CLINT_BASE      0x02000000
#define RTC_BASE        0x00101000
#define SATP_SV39       (8 << 60)
#define HART_SIZE       128                 // sizeof(arch::Hart)
#define KSTACK_BASE     0xffffffffc0000000  // kernel stacks: the last gigabyte
#define KSTACK_SLOT     16384               // guard pages below, stack pages above
#define KSTACK_SIZE     8192
#define TRAP_FRAME_SIZE 272  // sizeof(arch::TrapFrame), rounded up to 16
