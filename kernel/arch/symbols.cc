#include "arch/symbols.h"

#include "mm/layout.h"

namespace arch {
namespace {

// The table that tools/symbols generates, at its address from kernel.ld; only a zero in a release build.
struct SymbolEntry {
    u32 text_offset;  // from the kernel's start
    u32 name_offset;  // from the start of the names, which follow the entries
};
struct SymbolTable {
    u32 count;
    SymbolEntry entries[];  // sorted by text_offset
};
extern "C" const SymbolTable kernel_symbols;

}  // namespace

bool has_symbols() { return kernel_symbols.count != 0; }

bool is_kernel_text(u64 address) {
    return address >= reinterpret_cast<u64>(mm::kernel_begin) &&
           address < reinterpret_cast<u64>(mm::kernel_text_end);
}

Symbol symbol_of(u64 address) {
    if (!is_kernel_text(address)) return {"?", 0};
    const SymbolTable& table = kernel_symbols;
    const auto offset = static_cast<u32>(address - reinterpret_cast<u64>(mm::kernel_begin));
    u32 i = 0;
    while (i < table.count && table.entries[i].text_offset <= offset) i++;
    if (i == 0) return {"?", 0};
    const SymbolEntry& found = table.entries[i - 1];
    return {reinterpret_cast<const char*>(&table.entries[table.count]) + found.name_offset,
            offset - found.text_offset};
}

}  // namespace arch
