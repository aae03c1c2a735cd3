// All access of the kernel to user memory. Each page of the range is looked up in the process's page table
// and accessed through the direct map. Fault: a page is not mapped or lacks the permission. NoMem: a page
// that is allocated or copied at the first access. On failure part may be copied.
//
// The user's mapping with sstatus.SUM is not used: QEMU flushes its TLB at every change of SUM, which costs
// more than the rest of a small write(). Besides, access through the direct map cannot fault.
//
// Context: the process's own thread.
#pragma once

#include "lib/result.h"
#include "lib/types.h"

namespace mm {

Result<> copy_in(void* to, UserAddr from, usize n);
Result<> copy_out(UserAddr to, const void* from, usize n);

// For copies in parts: `run` becomes the first bytes of the n from `at` on, as many as lie in one page; n >
// 0. They are valid until the thread returns to the program or changes its memory.
Result<> readable(UserAddr at, usize n, Bytes& run);
Result<> writable(UserAddr at, usize n, MutBytes& run);

// Copies a zero-terminated string and returns its length. NameTooLong: no zero within `room` bytes.
Result<usize> copy_in_string(char* to, UserAddr from, usize room);

}  // namespace mm
