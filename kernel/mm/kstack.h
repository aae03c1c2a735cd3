// Kernel stacks: 8 KiB each, at the top of a 16 KiB slot. The lower half is never mapped, so a stack overflow
// causes a page fault instead of corrupting memory. entry.S detects it by bit 13 of sp and panics.
//
// All stacks are mapped at boot and stay mapped. So other harts can safely access an object on a waiting
// thread's stack: if a slot were remapped for each thread, their TLBs could hold the old page.
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
