// Errno: why something failed. The list itself is abi/errno.def, shared with user programs.
#pragma once

#include "lib/types.h"

enum class Errno : i32 {
    None = 0,
#define ERROR(name, posix, number, text) name = number,
#include "abi/errno.def"
#undef ERROR
};

// What the error means, in lower-case words.
const char* describe(Errno e);
