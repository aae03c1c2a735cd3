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

#include "arch/user_copy.h"
#include "lib/result.h"
#include "mm/layout.h"

namespace mm {

// Whether the range lies in user memory. This also excludes an overflow of the address.
inline bool is_user_range(UserAddr a, usize n) { return a.value < kUserEnd && n <= kUserEnd - a.value; }

// For an address outside of user memory: of the ranges of the current call (mm/user_ranges.h), or Fault.
Result<> copy_in_ranges(void* to, UserAddr from, usize n);
Result<> copy_out_ranges(UserAddr to, const void* from, usize n);

inline Result<> copy_in(void* to, UserAddr from, usize n) {
    if (!is_user_range(from, n)) [[unlikely]]
        return copy_in_ranges(to, from, n);
    return arch::copy_user(to, reinterpret_cast<const void*>(from.value), n);
}

inline Result<> copy_out(UserAddr to, const void* from, usize n) {
    if (!is_user_range(to, n)) [[unlikely]]
        return copy_out_ranges(to, from, n);
    return arch::copy_user(reinterpret_cast<void*>(to.value), from, n);
}

// Copies a zero-terminated string and returns its length. NameTooLong: no zero within `room` bytes.
Result<usize> copy_in_string(char* to, UserAddr from, usize room);

}  // namespace mm
