// What is wrong with an expression, and where.
#pragma once

#include "lib/types.h"

namespace net::language {

inline constexpr usize kMaxLength = 4096;  // of an expression

struct Fault {
    const char* message = nullptr;  // a constant text; null: no fault
    u16 at = 0, length = 0;         // the place in the expression

    bool ok() const { return !message; }
};

}  // namespace net::language
