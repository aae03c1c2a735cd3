// The only code that touches user memory. It uses the caller's own mappings and permissions, and an address that
// faults is an error (the trap handler resumes at copy_user_failed), so nothing is walked or checked beforehand.
//
// Thread context of a process, with no spinlock held. Fault: not the caller's memory; part may have been copied.
#pragma once

#include "arch/trap.h"
#include "lib/result.h"

namespace mm {

Result<> copy_in(void* to, UserAddr from, usize n);
Result<> copy_out(UserAddr to, const void* from, usize n);

// A zero-terminated string; its length. NameTooLong: no zero within `room` bytes.
Result<usize> copy_in_string(char* to, UserAddr from, usize room);

// For the trap handler: true when the fault was one of these copies', which now returns Fault.
bool fix_user_fault(arch::KernelTrapFrame& frame);

}  // namespace mm
