// Physical addresses for host tests of drivers: the same as pointers.
#pragma once

#include "lib/types.h"

namespace mm {
inline u64 phys_of(const void* p) { return reinterpret_cast<uptr>(p); }
}  // namespace mm
