// The subset of ELF that a static RISC-V program needs (System V ABI, chapters 4 and 5).
#pragma once

#include <optional>

#include "lib/endian.h"
#include "mm/layout.h"

struct ElfHeader {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, phoff, shoff;
    u32 flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
static_assert(sizeof(ElfHeader) == 64);

struct ElfSegment {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;

    static constexpr u32 kLoad = 1;
    static constexpr u32 kStack = 0x6474e551;  // PT_GNU_STACK: memsz is the stack size; 0: the default
    static constexpr u32 kExecutable = 1, kWritable = 2, kReadable = 4;

    u64 end() const { return vaddr + memsz; }
};
static_assert(sizeof(ElfSegment) == 56);

// Whether this is a 64-bit little-endian RISC-V executable with valid program headers.
inline bool elf_header_ok(const ElfHeader& h) {
    constexpr u8 kIdent[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    constexpr u16 kExecutableFile = 2, kRiscv = 243;
    for (usize i = 0; i < sizeof kIdent; i++) {
        if (h.ident[i] != kIdent[i]) return false;
    }
    return h.type == kExecutableFile && h.machine == kRiscv && h.phentsize == sizeof(ElfSegment) &&
           h.phnum <= 16;
}

// Whether a loadable segment is valid: page-aligned, in user memory, above `previous_end`, and not both
// writable and executable.
inline bool elf_segment_ok(const ElfSegment& s, u64 previous_end) {
    constexpr u64 kMaxProgram = 1ull << 30;
    if (s.filesz > s.memsz || s.memsz > kMaxProgram || s.vaddr > mm::kUserEnd - kMaxProgram) return false;
    if (s.vaddr % mm::kPageSize != 0 || s.vaddr < mm::kUserStart || s.vaddr < previous_end) return false;
    return !((s.flags & ElfSegment::kExecutable) && (s.flags & ElfSegment::kWritable));
}
