/* The arguments of mmap(), with Linux's numbers. Plain C. */
#pragma once

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4 /* not supported: a program cannot make code */

#define MAP_SHARED    1
#define MAP_PRIVATE   2    /* not supported */
#define MAP_FIXED     0x10 /* not supported: the kernel chooses the address */
#define MAP_ANONYMOUS 0x20 /* not supported: use malloc() or sbrk() */
