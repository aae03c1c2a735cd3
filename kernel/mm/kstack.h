// Kernel stacks: 8 KiB each, at the top of a 16 KiB slot whose lower half is never mapped, so that a stack
// which runs over faults instead of writing into something else. entry.S notices, by bit 13 of sp, and panics
// in words.
#pragma once

#include "lib/result.h"

namespace mm {

struct KernelStack {
    uptr top = 0;             // first address above it; 0: none
    u8* last_page = nullptr;  // its highest page, as it is seen at any time on any hart
    u64 epoch = 0;            // see kstack_flush
};

Result<KernelStack> kstack_alloc();  // NoMem
void kstack_free(KernelStack stack);

// Before a thread runs on its stack on this hart: forgets translations of an earlier stack in the same slot,
// if this hart may still have some. Cheap when there is nothing to forget.
void kstack_flush(const KernelStack& stack);

}  // namespace mm
