// User memory for host tests of fs/: the test's memory, except one page at fake::kBadAddress.
#pragma once

#include "lib/result.h"

namespace mm {
Result<> copy_in(void* to, UserAddr from, usize n);
Result<> copy_out(UserAddr to, const void* from, usize n);
}  // namespace mm
