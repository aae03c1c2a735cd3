// All access of the kernel to user memory: through the process's own mapping, so the MMU checks each page,
// and a page fault allocates or copies a page as a fault of the program does (kernel_trap). Fault: a page is
// not mapped or lacks the permission. NoMem: for a page that is allocated or copied at the first access. On
// failure part may be copied.
//
// A copy looks no page up, whatever its length. It needs sstatus.SUM, which is always set: QEMU flushes its
// TLB when SUM changes, which would cost more than the rest of a small write().
//
// Context: the process's own thread.
#pragma once

#include "lib/result.h"
#include "lib/types.h"

namespace mm {

Result<> copy_in(void* to, UserAddr from, usize n);
Result<> copy_out(UserAddr to, const void* from, usize n);

// Copies a zero-terminated string and returns its length. NameTooLong: no zero within `room` bytes.
Result<usize> copy_in_string(char* to, UserAddr from, usize room);

}  // namespace mm
