// The only code that touches user memory. Each page of the range is looked up in the caller's page table and
// reached through the kernel's own mapping of it; what is not mapped, or not with the permission needed, is
// Errno::Fault.
//
// Why not through the user's mapping, with sstatus.SUM set meanwhile? Every change of SUM empties QEMU's TLB,
// which costs more than the whole rest of a small write(). And here no fault can happen, so none needs
// handling.
//
// Thread context of a process. Fault: part may have been copied.
#pragma once

#include "lib/result.h"

namespace mm {

Result<> copy_in(void* to, UserAddr from, usize n);
Result<> copy_out(UserAddr to, const void* from, usize n);

// A zero-terminated string; its length. NameTooLong: no zero within `room` bytes.
Result<usize> copy_in_string(char* to, UserAddr from, usize room);

}  // namespace mm
