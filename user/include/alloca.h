/* Memory of the stack, until the function returns. */
#pragma once

#define alloca(size) __builtin_alloca(size)
