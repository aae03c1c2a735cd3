/* xv6's names for integers: see ../types.h. */
#pragma once

#define NX6_XV6_RISCV /* until 2018, on x86, it was types.h */
#include "../types.h"

typedef uint64 pde_t;
