// Whose bytes one side of a connection sends.
#pragma once

#include "conversation.h"

namespace sim {

struct Source {
    u64 stream;
    const End* end;
};

}  // namespace sim
