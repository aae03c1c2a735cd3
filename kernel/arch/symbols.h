// The names of the kernel's functions, for backtraces. A debug build has them in its image: tools/symbols
// makes the table from the linked kernel, which is then linked again with the table. A release build has
// none.
#pragma once

#include "lib/types.h"

namespace arch {

struct Symbol {
    const char* name;  // "?" if unknown
    u64 offset;        // of the address, from the function's start
};
// The function that contains this address. Any context.
Symbol symbol_of(u64 address);

bool has_symbols();

// Whether the address is in the kernel's text.
bool is_kernel_text(u64 address);

}  // namespace arch
