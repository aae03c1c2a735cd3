// Copies between a program's memory and mbufs. A copy may fault, so call these with no lock held.
#pragma once

#include "net/core/mbuf.h"
#include "net/platform.h"

namespace net {

// Appends n bytes of the program to `to`, in new mbufs without headroom. Errors: Fault, NoBufs; some bytes
// may have been appended.
Result<> copy_in(MbufQueue& to, UserAddr from, u32 n);

// Copies n bytes from the front of `in` to the program and frees what was copied; `freed` is increased by the
// number of freed mbufs and fragments. `in` must have n bytes. Returns fewer than n if the copy faults later.
// Fault: nothing was copied.
Result<u32> copy_out(MbufQueue& in, UserAddr to, u32 n, u32& freed);

// The same for the n bytes after the first `skip`, which all stay in `in`.
Result<u32> peek_out(const MbufQueue& in, u32 skip, UserAddr to, u32 n);

}  // namespace net
