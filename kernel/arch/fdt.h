// The flattened device tree that QEMU hands to the kernel (Devicetree Specification 0.4, chapter 5): what the
// kernel wants to know from it.
#pragma once

#include "lib/types.h"

namespace arch {

struct MachineInfo {
    u64 ram_start = 0;
    u64 ram_end = 0;
    unsigned harts = 0;
    char boot_arguments[512] = {};  // what stood behind -append
    u8 rng_seed[32] = {};           // random bits from the emulator; zeros when it gives none
};

// False: not a device tree, or damaged; what was found until then is filled in.
bool fdt_parse(Bytes tree, MachineInfo& info);

// The size that the tree's header states; 0 when it is none. `tree` has at least 8 bytes.
u32 fdt_size(const u8* tree);

}  // namespace arch
