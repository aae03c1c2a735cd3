/* Pages and addresses, and the registers a program may read. */
#pragma once

#include "kernel/types.h"

#define PGSIZE            4096
#define PGSHIFT           12
#define PGROUNDUP(size)   (((size) + PGSIZE - 1) & ~(PGSIZE - 1))
#define PGROUNDDOWN(addr) ((addr) & ~(PGSIZE - 1))

/* The first address above user memory: half of the address space of Sv39. */
#define MAXVA (1L << 38)

#define PTE_V       (1L << 0)
#define PTE_R       (1L << 1)
#define PTE_W       (1L << 2)
#define PTE_X       (1L << 3)
#define PTE_U       (1L << 4)
#define PA2PTE(pa)  ((((uint64)(pa)) >> 12) << 10)
#define PTE2PA(pte) (((pte) >> 10) << 12)

typedef uint64 pte_t;
typedef uint64* pagetable_t;

static inline uint64 r_sp(void) {
    uint64 x;
    __asm__ volatile("mv %0, sp" : "=r"(x));
    return x;
}

static inline uint64 r_fp(void) {
    uint64 x;
    __asm__ volatile("mv %0, s0" : "=r"(x));
    return x;
}

static inline uint64 r_ra(void) {
    uint64 x;
    __asm__ volatile("mv %0, ra" : "=r"(x));
    return x;
}

static inline uint64 r_time(void) {
    uint64 x;
    __asm__ volatile("rdtime %0" : "=r"(x));
    return x;
}
