// The kernel's view of memory, the same in every page table.
//
//   0x0000000000001000  program: text, rodata, data | guard page | stack | heap ->     U pages
//                       ... free ...
//                       <- memory shared with the kernel (mmap)                       U pages
//   0x0000003fffffffff  end of user memory (Sv39's lower half)
//   0xffffffc000000000  physical address 0: devices                                     RW
//   0xffffffc080000000  RAM: kernel text RX, rodata R, the rest RW
//   0xffffffffc0000000  kernel stacks, each with guard pages below it                   RW
#pragma once

#include "abi/param.h"
#include "lib/types.h"
#include "mm/layout_asm.h"

namespace mm {

inline constexpr usize kPageSize = 4096;
inline constexpr uptr kUserStart = 0x1000;        // page 0 is unmapped, to catch null pointers
inline constexpr uptr kUserEnd = 0x40'0000'0000;  // first address above user memory

constexpr u64 round_up(u64 n, u64 to = kPageSize) { return (n + to - 1) & ~(to - 1); }
constexpr u64 round_down(u64 n, u64 to = kPageSize) { return n & ~(to - 1); }

// Conversion between a physical address (RAM or device registers) and its address in the direct map.
inline void* virt_of(u64 phys) { return reinterpret_cast<void*>(phys + KERNEL_OFFSET); }
inline u64 phys_of(const void* virt) { return reinterpret_cast<u64>(virt) - KERNEL_OFFSET; }

// From kernel.ld.
extern "C" char kernel_begin[], kernel_text_end[], kernel_rodata_end[], kernel_end[];

}  // namespace mm
