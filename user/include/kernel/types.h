/* xv6's names for integers: see ../types.h. */
#pragma once

#include "../types.h"

typedef uint64 pde_t;
