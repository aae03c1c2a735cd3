// The names of the kernel's functions, for backtraces. A debug build has them in its image (tools/symbols
// makes the table from the linked kernel, which is then linked again with it); a release build has none.
#pragma once

#include "lib/types.h"

namespace arch {

struct Symbol {
    const char* name;  // "?" when it is not known
    u64 offset;        // of the address, from the function's start
};
// The function that this address lies in. Any context.
Symbol symbol_of(u64 address);

bool has_symbols();

// Whether it can be the address of an instruction of the kernel's.
bool is_kernel_text(u64 address);

}  // namespace arch
