// Kernel stacks: 8 KiB each, at the top of a 16 KiB slot whose lower half is never mapped, so that a stack
// which runs over faults instead of writing into something else. entry.S notices, by bit 13 of sp, and panics
// in words.
//
// All of them are mapped at boot and stay so. A thread may thus wait with an object on its stack that others
// are to change: were a slot mapped anew for each thread, a hart could still know its earlier page.
#pragma once

#include "lib/result.h"

namespace mm {

struct KernelStack {
    uptr top = 0;  // first address above it; 0: none
};

void kstack_init();  // once, at boot

Result<KernelStack> kstack_alloc();  // NoMem: all are in use
void kstack_free(KernelStack stack);

}  // namespace mm
