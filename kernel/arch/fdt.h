// The flattened device tree that QEMU passes to the kernel (Devicetree Specification 0.4, chapter 5), and the
// information that the kernel reads from it.
#pragma once

#include "lib/types.h"

namespace arch {

struct MachineInfo {
    u64 ram_start = 0;
    u64 ram_end = 0;
    unsigned harts = 0;
    char boot_arguments[4096] = {};  // the text of QEMU's -append
    u8 rng_seed[32] = {};            // random bytes from QEMU; zeros if it provides none
};

// Fills in `info`. False: not a device tree, or damaged; `info` then has the properties found before the
// damage.
bool fdt_parse(Bytes tree, MachineInfo& info);

// The size in the tree's header; 0 if this is no device tree. `tree` has at least 8 bytes.
u32 fdt_size(const u8* tree);

}  // namespace arch
