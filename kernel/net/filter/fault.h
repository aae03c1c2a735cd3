// Why a filter program is refused.
#pragma once

#include <span>

#include "abi/bpf.h"
#include "lib/types.h"

namespace net {

enum class FilterError : u8 {
    None,
    Empty,            // no instruction
    TooLong,          // more than BPF_MAXINSNS
    BadOpcode,        // no such instruction
    AncillaryLoad,    // a negative offset: Linux's extensions (SKF_AD_OFF, SKF_NET_OFF) do not exist here
    JumpOutside,      // beyond the last instruction
    MemoryOutside,    // scratch memory has 16 words
    MemoryUnwritten,  // a path leads here on which this word of scratch memory has no value
    DivisionByZero,   // by the constant 0, also modulo
    ShiftTooLong,     // by a constant above 31
    NoReturn,         // the last instruction is no return: a path runs past the end
};

struct FilterFault {
    FilterError error = FilterError::None;
    u16 at = 0;  // the instruction's index, the first being 0; of TooLong: the first that is too many

    bool ok() const { return error == FilterError::None; }
};

// "jump beyond the end of the program"
const char* describe(FilterError error);

}  // namespace net
