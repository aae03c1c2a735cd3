// Shared by the tests of signals.
#pragma once

#include "abi/signal.h"
#include "kit.h"

namespace usertests {

extern "C" long raw_sigreturn() NX6_CALL(sigreturn);  // the stub of the call; a handler returns to it

// sigaction() with any handler: also one that is no function.
long set_handler(int number, const void* handler, unsigned long flags = 0,
                 const void* restorer = reinterpret_cast<const void*>(&raw_sigreturn));

}  // namespace usertests
