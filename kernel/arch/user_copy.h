// Copies to and from the program's memory, through the program's own mapping: sstatus.SUM is set for good, so
// that the kernel may use it. Nothing but copy_user does: a UserAddr is no pointer.
#pragma once

#include "lib/result.h"

namespace arch {

// Copies n bytes, like memcpy. One of the two ranges may be the calling process's memory: at a page fault
// there kernel_trap makes the page available, and the copy goes on, or ends the copy with Fault or NoMem.
// Part may be copied then. Context: the process's own thread.
Result<> copy_user(void* to, const void* from, usize n) asm("copy_user");

// Is this the address of an instruction of copy_user? Then nothing is on the stack, and ra has the caller's
// address: a trap ends the copy by a jump to it, with the error in a0.
extern "C" const char copy_user_end[];
inline bool is_in_copy_user(u64 pc) {
    return pc - reinterpret_cast<u64>(copy_user) <
           reinterpret_cast<u64>(copy_user_end) - reinterpret_cast<u64>(copy_user);
}

}  // namespace arch
