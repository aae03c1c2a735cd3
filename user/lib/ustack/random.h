// Random numbers of the stack in a program, for TCP's initial sequence numbers and for secrets.
#pragma once

#include "lib/types.h"

namespace ustack {

// Once, before the stack exists: bytes that nobody outside can know.
void seed_random(Bytes seed);

}  // namespace ustack
