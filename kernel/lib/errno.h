// Errno: the error numbers. abi/errno.def has the list, which user programs share.
#pragma once

#include "lib/types.h"

enum class Errno : i32 {
    None = 0,
#define ERROR(name, posix, number, text) name = number,
#include "abi/errno.def"
#undef ERROR
};

// The error's message, in lower case.
const char* describe(Errno e);
