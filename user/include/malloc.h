/* GNU: what stdlib.h has, and the size of a block. */
#pragma once

#include "stdlib.h"

BEGIN_C
size_t malloc_usable_size(void* p); /* at least what was asked for */
END_C
